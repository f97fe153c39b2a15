// Where people come who open an account, and what they may read on the way.
import type { Page } from 'playwright-core';
import { nativeCollection } from '../../../src/mongo/index.ts';
import { mainButton, press, signInAs } from '../browser.ts';
import { lastCodeTo } from '../new-device.ts';
import { citizen } from '../people.ts';
import { rosa, rosasPassword } from '../registration.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

const send = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};

const agree = async (page: Page): Promise<void> => {
  await page.locator('input[name="terms"]').check();
  await press(page, mainButton(page));
};

export const pagesOfRegistration = (
  { idp, service, personOf, stopOf }: World,
  { at, openPath }: Ways,
): ReachedPage[] => {
  const answers: ((page: Page, contact: string) => Promise<void>)[] = [
    (page) => send(page, rosa),
    (page, contact) => send(page, { contact }),
    async (page, contact) => send(page, { code: await lastCodeTo(idp, contact) }),
    (page) => send(page, { new_password: rosasPassword, new_password_again: rosasPassword }),
    agree,
  ];

  /** Somebody who has answered so many questions. */
  const openStep = (step: number, heading: string, first = '/registration'): ReachedPage => ({
    what: `registration, ${heading}`,
    heading,
    open: async (locale) => {
      const person = await personOf(`${heading} of ${first}`);
      const { page } = person;
      const stop = await stopOf(heading, page, async () => {
        await page.goto(at(first, 'ru'));
        for (const answer of answers.slice(0, step)) await answer(page, `step-${step}@example.org`);
      });
      await page.goto(at(stop, locale));
      return person;
    },
  });

  const forget = (id: string) =>
    nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne({ _id: id }, { $unset: { terms: 1 } });
  const done = openStep(5, 'registration.done.title');
  const taken = openStep(4, 'registration.check.title');

  return [
    openStep(0, 'registration.name.title'),
    openStep(1, 'registration.contact.title'),
    openStep(2, 'registration.code.title'),
    openStep(3, 'registration.password.title'),
    taken,
    {
      what: 'registration of a contact that is taken meanwhile',
      heading: 'registration.taken.title',
      open: async (locale) => {
        const person = await taken.open(locale);
        const identifiers = nativeCollection<{ _id: string; accountId: string }>(idp.connection, 'identifiers');
        const taking = { $set: { accountId: citizen('anna').id } };
        await identifiers.updateOne({ _id: 'email:step-4@example.org' }, taking, { upsert: true });
        await agree(person.page);
        return person;
      },
    },
    done,
    {
      what: 'a second contact',
      heading: 'registration.second.title.phone',
      open: async (locale) => {
        const person = await done.open(locale);
        await person.page.goto(at('/registration/second', locale));
        return person;
      },
    },
    {
      what: 'new terms of use',
      heading: 'terms-page.title',
      open: async (locale) => {
        const person = await personOf('maria');
        const { page } = person;
        const stop = await stopOf('terms', page, async () => {
          await forget(citizen('maria').id);
          await page.goto((await service.begin()).url);
          await signInAs(page, citizen('maria'));
        });
        await page.goto(at(stop, locale));
        return person;
      },
    },
    ...['terms', 'privacy', 'cookies'].map((name): ReachedPage => ({
      what: name,
      heading: `legal.${name}.title`,
      open: (locale) => openPath(`/${name}`, locale),
    })),
  ];
};
