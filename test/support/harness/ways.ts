// The usual ways to a page of the product: each opens it for a person, in a language.
import type { Locator } from 'playwright-core';
import { codeField, mainButton, passwordField, press, signInAs } from '../browser.ts';
import { citizen } from '../people.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { Person, World } from './world.ts';

export const createWays = ({ idp, guarded, service, ownService, guardedService, personOf, stopOf }: World) => {
  const at = (path: string, locale: Locale, { issuer } = idp): string => {
    const address = new URL(path, issuer);
    address.searchParams.set('lang', locale);
    return address.href;
  };

  const openSignIn = async (locale: Locale, who = 'somebody'): Promise<Person> => {
    const person = await personOf(who);
    const { page } = person;
    const stop = await stopOf(`sign-in ${who}`, page, async () => {
      await page.goto((await service.begin()).url);
    });
    await page.goto(at(stop, locale));
    return person;
  };

  const openPinPage = async (locale: Locale, id: string, further = ''): Promise<Person> => {
    const person = await personOf(id);
    const { page } = person;
    const stop = await stopOf(`pin ${id}`, page, async () => {
      await page.goto((await ownService.begin({ acr_values: 'urn:civic-id:acr:pin' })).url);
      if ((await passwordField(page).count()) > 0) await signInAs(page, citizen(id));
    });
    await page.goto(at(stop + further, locale));
    return person;
  };

  const openCodePage = async (locale: Locale): Promise<Person> => {
    const person = await personOf('guarded');
    const { page } = person;
    const stop = await stopOf('code', page, async () => {
      await page.goto((await guardedService.begin()).url);
      await signInAs(page, citizen('anna'));
    });
    await page.goto(at(stop, locale, guarded));
    return person;
  };

  const openPath = async (path: string, locale: Locale, who = 'somebody'): Promise<Person> => {
    const person = await personOf(who);
    const { page } = person;
    await page.goto(at(path, locale));
    return person;
  };

  /** Sends the sign-in form after something was done to it. */
  const sendSpoiled = async (locale: Locale, spoil: (form: Locator) => Promise<unknown>): Promise<Person> => {
    const person = await openSignIn(locale);
    const { page } = person;
    await spoil(page.locator('#form'));
    await press(page, mainButton(page));
    return person;
  };

  const openDemo = async (locale: Locale, who: string): Promise<Person> => {
    const person = await personOf(who);
    const { page } = person;
    await page.goto(`${String(idp.demoUrl)}/?ui_locales=${locale}`);
    return person;
  };

  /** Every try is used up. */
  const openUsedUpCode = async (locale: Locale): Promise<Person> => {
    const person = await personOf('guesser');
    const { page } = person;
    const stop = await stopOf('code used up', page, async () => {
      await page.goto((await guardedService.begin()).url);
      await signInAs(page, citizen('emily'));
      while ((await codeField(page).count()) > 0) {
        await codeField(page).fill('000000');
        await press(page, mainButton(page));
      }
    });
    await page.goto(at(stop, locale, guarded));
    return person;
  };

  return { at, openSignIn, openPinPage, openCodePage, openUsedUpCode, openPath, sendSpoiled, openDemo };
};

export type Ways = ReturnType<typeof createWays>;
