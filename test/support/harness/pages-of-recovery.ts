// Where people come who do not know their password.
import type { Page } from 'playwright-core';
import { mainButton, press } from '../browser.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../new-device.ts';
import { newPerson } from '../new-person.ts';
import { linkIn } from '../not-me.ts';
import { citizen } from '../people.ts';
import { recoveredPassword } from '../recovery.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Answer = (page: Page, contact: string) => Promise<void>;

const fill = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};

export const pagesOfRecovery = ({ idp, personOf, stopOf }: World, { at, openPath }: Ways): ReachedPage[] => {
  const giveDocument =
    (type: string, number: string): Answer =>
    async (page) => {
      await forgetSends(idp);
      await page.locator(`input[name="document_type"][value="${type}"]`).check();
      await fill(page, { document_number: number });
    };
  const ivan = citizen('ivan');
  const giveContact: Answer = (page, contact) => fill(page, { contact });
  const giveSnils = giveDocument('snils', String(ivan.snils));
  const giveCode: Answer = async (page, contact) => fill(page, { code: await lastCodeTo(idp, contact) });
  const givePassword: Answer = (page) =>
    fill(page, { new_password: recoveredPassword, new_password_again: recoveredPassword });
  const guess: Answer = async (page) => {
    for (let tries = 0; tries < 5; tries += 1) await fill(page, { code: '000000' });
  };

  /** Somebody who has answered so many questions. */
  const openStep = (heading: string, answers: Answer[], contact = String(ivan.phone)): ReachedPage => ({
    what: `recovery, ${heading}`,
    heading,
    open: async (locale) => {
      const person = await personOf(`recovery ${heading}`);
      const { page } = person;
      const stop = await stopOf(`recovery ${heading}`, page, async () => {
        await page.goto(at('/recovery', 'ru'));
        for (const answer of answers) await answer(page, contact);
      });
      await page.goto(at(stop, locale));
      return person;
    },
  });

  return [
    openStep('recovery.start.title', []),
    openStep('recovery.document.title', [giveContact]),
    openStep('recovery.code.title', [giveContact, giveSnils]),
    openStep('recovery.refused.title', [giveContact, giveSnils, guess], 'nobody@example.org'),
    {
      what: 'recovery, a day to wait',
      heading: 'recovery.wait.title',
      open: async (locale) => {
        const person = await personOf('without a document');
        const { page } = person;
        const stop = await stopOf('recovery wait', page, async () => {
          const { email } = await newPerson(idp);
          await page.goto(at('/recovery', 'ru'));
          for (const answer of [giveContact, giveDocument('none', ''), giveCode]) await answer(page, String(email));
        });
        await page.goto(at(stop, locale));
        return person;
      },
    },
    {
      what: 'recovery, stopped by a contact',
      heading: 'not-me.stopped.title',
      open: async (locale) => {
        const person = await personOf('stopped a recovery');
        const { page } = person;
        const stop = await stopOf('recovery stopped', page, async () => {
          const { email } = await newPerson(idp);
          await page.goto(at('/recovery', 'ru'));
          for (const answer of [giveContact, giveDocument('none', '')]) await answer(page, String(email));
          const told = (await readOutbox(idp)).find(({ to }) => to === email);
          await page.goto(linkIn(told?.text ?? ''));
          await press(page, mainButton(page));
        });
        await page.goto(at(stop, locale));
        return person;
      },
    },
    openStep('recovery.password.title', [giveContact, giveSnils, giveCode]),
    openStep('recovery.done.title', [giveContact, giveSnils, giveCode, givePassword]),
    { what: 'recovery, over', heading: 'recovery.over.title', open: (locale) => openPath('/recovery/over', locale) },
    { what: 'recovery, ways', heading: 'recovery.ways.title', open: (locale) => openPath('/recovery/ways', locale) },
  ];
};
