// Where people come who look after the services that have something of them.
import { passwordField, press, signInAs } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import type { Page } from 'playwright-core';
import type { Citizen } from '../../../src/sandbox/citizen.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

export const pagesOfServices = ({ idp, ownService, personOf }: World, { at }: Ways): ReachedPage[] => {
  let owner: Promise<Citizen> | undefined;
  const signInOn = async (page: Page, address: string): Promise<void> => {
    owner ??= newPerson(idp);
    await page.goto(address);
    if ((await passwordField(page).count()) > 0) await signInAs(page, await owner);
  };
  const open = async (path: string, locale: Locale) => {
    const person = await personOf('owner of services');
    await signInOn(person.page, at('/account', locale));
    await person.page.goto(at(path, locale));
    return person;
  };
  /** Somebody whom a service has just signed in. */
  const openWithService = async (locale: Locale) => {
    const person = await personOf('owner of services');
    await signInOn(person.page, (await ownService.begin()).url);
    return open('/account/services', locale);
  };

  return [
    {
      what: 'services, none yet',
      heading: 'my-services.title',
      open: (locale) => open('/account/services?done=unknown', locale),
    },
    { what: 'services', heading: 'my-services.title', open: openWithService },
    {
      what: 'a service to withdraw from',
      heading: 'my-services.ask.title',
      open: async (locale) => {
        const person = await openWithService(locale);
        await press(person.page, person.page.locator('.row a').first());
        return person;
      },
    },
  ];
};
