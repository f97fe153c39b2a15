// Where people come whose level is too low for a service.
import { nativeCollection } from '../../../src/mongo/index.ts';
import { mainButton, press, signInAs } from '../browser.ts';
import {
  maria,
  mariasBirthdate,
  mariasPassport,
  mariasSnils,
  needing,
  needsStandard,
  passportNumber,
} from '../level.ts';
import type { Page } from 'playwright-core';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Fields = Record<string, string>;

const send = async (page: Page, fields: Fields): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};

export const pagesOfLevel = ({ idp, service, personOf, stopOf }: World, { at }: Ways): ReachedPage[] => {
  /** She is asked for her terms elsewhere, so they count as accepted here. */
  const acceptTerms = async (): Promise<void> => {
    const terms = { version: idp.app.termsVersion, acceptedAt: new Date() };
    const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
    await accounts.updateOne({ _id: maria.id }, { $set: { terms } });
  };

  /** Maria, who has answered so many questions. */
  const open = (heading: string, answers: Fields[], parameters: Fields = needsStandard): ReachedPage => ({
    what: `level, ${heading}`,
    heading,
    open: async (locale) => {
      const person = await personOf(heading);
      const { page } = person;
      const stop = await stopOf(heading, page, async () => {
        await acceptTerms();
        await page.goto((await service.begin(parameters)).url);
        await signInAs(page, maria);
        for (const fields of answers) await send(page, fields);
      });
      await page.goto(at(stop, locale));
      return person;
    },
  });

  /** The same in her account, where no service waits. */
  const openOwn = (what: string, heading: string, answers: Fields[]): ReachedPage => ({
    what: `level in the account, ${what}`,
    heading,
    open: async (locale) => {
      const person = await personOf(`own ${what}`);
      const { page } = person;
      const stop = await stopOf(`own ${what}`, page, async () => {
        await acceptTerms();
        await page.goto(at('/account/level', locale));
        await signInAs(page, maria);
        for (const fields of answers) await send(page, fields);
      });
      await page.goto(at(stop, locale));
      return person;
    },
  });

  const questions = [{}, mariasBirthdate, mariasSnils];
  const asked = (number: string) => [...questions, passportNumber(number), {}];
  return [
    open('level.offer.title', []),
    open('level.centre.title.confirmed', [], needing({ essential: true, value: 'confirmed' })),
    open('level.birthdate.title', [{}]),
    open('level.snils.title', [{}, mariasBirthdate]),
    open('level.passport.title', questions),
    open('level.check.title', [...questions, mariasPassport]),
    open('level.no-match.title', asked('000409')),
    open('level.unavailable.title', asked('000503')),
    openOwn('what it takes', 'level.own.title.standard', []),
    openOwn('a question', 'level.birthdate.title', [{}]),
    openOwn('the answers', 'level.check.title', [...questions, mariasPassport]),
  ];
};
