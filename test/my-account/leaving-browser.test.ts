// An account that is to go, on a phone: what is lost, four digits, a week to think again; one person changes their mind, another does not. In three languages, and without JavaScript.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { identifierField, mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { failuresOf } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  [idp, browser] = await Promise.all([startCivicId(), openBrowser()]);
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const week = 7 * 24 * 60;
const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const openAccount = (page: Page) => page.goto(new URL('/account', idp.issuer).href);

describe.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'pt', javaScript: true },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, javaScript }) => {
  const t = (key: string, values?: Record<string, string>): string => idp.app.web.texts[locale](key, values);

  /** Asks for the deletion, from the first page of the account on. */
  const leave = async (person: Citizen): Promise<Page> => {
    const page = await browser.newPerson({ locale, javaScript });
    await openAccount(page);
    await signInAs(page, person);
    await press(page, page.locator('main a[href="/account/delete"]'));
    expect(await headingOf(page)).toBe(t('leaving.ask.title'));
    expect(await page.locator('main').innerText()).toContain(t('leaving.ask.points.services'));

    const digits = page.locator('input[name="account_digits"]');
    const button = page.locator('button.danger');
    await digits.fill('00000');
    await press(page, button);
    expect(await page.locator('.mistakes a').innerText()).toBe(t('leaving.ask.mistake'));
    const number = await page.locator('main strong').innerText();
    await digits.fill(number.slice(-4));
    await press(page, button);
    expect(await headingOf(page)).toBe(t('leaving.asked.title'));
    await openAccount(page);
    expect(await headingOf(page)).toBe(t('sign-in.title'));
    return page;
  };

  it('changes their mind by signing in, and has everything as before', async () => {
    const person = await newPerson(idp);
    const page = await leave(person);
    await signInAs(page, person);
    expect(await headingOf(page)).toBe(t('leaving.found.title'));
    await page.reload();
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe(t('leaving.kept.title'));
    await press(page, page.locator('a.main'));
    await signInAs(page, person);
    expect(await headingOf(page)).toBe(t('account.home.title', { name: person.profile.givenName }));
    await page.context().close();
  });

  it('lets it go: after a week there is nobody to sign in as', async () => {
    const person = await newPerson(idp);
    const page = await leave(person);
    await signInAs(page, person);
    await press(page, page.locator('button[value="cancel"]'));
    await idp.age(week + 1);
    await idp.app.rules.sweeper.sweep();
    await page.context().clearCookies();
    await openAccount(page);
    await signInAs(page, person);
    expect(await page.locator('.mistakes, .notice').first().innerText()).toContain(t('sign-in.mistake.wrong'));
    expect(await identifierField(page).count()).toBe(1);
    expect(await idp.app.services.accounts.find(person.id)).toBeUndefined();
    await page.context().close();
  });
});
