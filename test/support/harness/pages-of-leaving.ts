// Where people come who want their account deleted, and who sign in to it meanwhile.
import { mainButton, passwordField, press, signInAs } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import type { Page } from 'playwright-core';
import type { Citizen } from '../../../src/sandbox/citizen.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { Person, World } from './world.ts';

export const pagesOfLeaving = ({ idp, service, personOf }: World, { at }: Ways): ReachedPage[] => {
  const openDelete = async (page: Page, owner: Citizen, locale: Locale): Promise<void> => {
    await page.goto(at('/account/delete', locale));
    if ((await passwordField(page).count()) > 0) await signInAs(page, owner);
    await page.goto(at('/account/delete', locale));
  };
  /** Somebody else in each language: an account can be left once. */
  const open = async (locale: Locale): Promise<{ person: Person; owner: Citizen }> => {
    const person = await personOf(`leaving ${locale}`);
    await person.page.context().clearCookies();
    const owner = await newPerson(idp);
    await openDelete(person.page, owner, locale);
    return { person, owner };
  };
  const ask = async (locale: Locale) => {
    const { person, owner } = await open(locale);
    const account = await idp.app.services.accounts.find(owner.id);
    await person.page.locator('[name="account_digits"]').fill(account?.accountNumber.slice(-4) ?? '');
    await press(person.page, person.page.locator('button.danger'));
    return { person, owner };
  };
  const signInAgain = async (locale: Locale): Promise<Person> => {
    const { person, owner } = await ask(locale);
    const { page } = person;
    await page.goto((await service.begin()).url);
    await signInAs(page, owner);
    await page.goto(at(new URL(page.url()).pathname, locale));
    return person;
  };

  return [
    { what: 'the way out', heading: 'leaving.ask.title', open: async (locale) => (await open(locale)).person },
    {
      what: 'the way out, mistyped',
      heading: 'leaving.ask.title',
      open: async (locale) => {
        const { person } = await open(locale);
        await press(person.page, person.page.locator('button.danger'));
        return person;
      },
    },
    {
      what: 'the way out, gone',
      heading: 'leaving.asked.title',
      open: async (locale) => {
        const { person } = await ask(locale);
        await person.page.goto(at('/account/delete/asked', locale));
        return person;
      },
    },
    { what: 'an account that is leaving', heading: 'leaving.found.title', open: signInAgain },
    {
      what: 'an account that stays',
      heading: 'leaving.kept.title',
      open: async (locale) => {
        const person = await signInAgain(locale);
        await press(person.page, mainButton(person.page));
        return person;
      },
    },
  ];
};
