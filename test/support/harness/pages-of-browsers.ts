// Where people come who look after their browsers and read what happened to their account.
import { passwordField, press, signInAs } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import type { Page } from 'playwright-core';
import type { Citizen } from '../../../src/sandbox/citizen.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

export const pagesOfBrowsers = ({ idp, browser, personOf }: World, { at }: Ways): ReachedPage[] => {
  let owner: Promise<Citizen> | undefined;
  const openAs = async (page: Page, person: Citizen, path: string, locale: Locale): Promise<void> => {
    await page.goto(at(path, locale));
    if ((await passwordField(page).count()) > 0) await signInAs(page, person);
    await page.goto(at(path, locale));
  };
  /** Somebody who is signed in on another browser too. */
  const open = async (path: string, locale: Locale) => {
    owner ??= newPerson(idp);
    const person = await personOf('owner of browsers');
    await openAs(person.page, await owner, path, locale);
    return person;
  };
  const signInElsewhere = async (locale: Locale): Promise<void> => {
    owner ??= newPerson(idp);
    const page = await browser.newPerson({ locale });
    await openAs(page, await owner, '/account', locale);
    await page.context().close();
  };

  return [
    {
      what: 'browsers',
      heading: 'devices.title',
      open: async (locale) => {
        await signInElsewhere(locale);
        return open('/account/devices', locale);
      },
    },
    {
      what: 'browsers, one of them ended',
      heading: 'devices.title',
      open: async (locale) => {
        await signInElsewhere(locale);
        const person = await open('/account/devices', locale);
        const { page } = person;
        await press(page, page.locator('button[name="end"]').first());
        await page.goto(at('/account/devices?done=ended', locale));
        return person;
      },
    },
    { what: 'history', heading: 'history.title', open: (locale) => open('/account/history', locale) },
    {
      what: 'history with nothing of a kind',
      heading: 'history.title',
      open: (locale) => open('/account/history?show=confirmations', locale),
    },
    {
      what: '“this was not me”, of a line of the history',
      heading: 'not-me.ask.title',
      open: async (locale) => {
        const person = await open('/account/history', locale);
        const { page } = person;
        await press(page, page.locator('.row a').first());
        return person;
      },
    },
  ];
};
