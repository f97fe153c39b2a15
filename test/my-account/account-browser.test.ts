// The account on a phone, with JavaScript and without: in from home, through the menu at the name, to a new password and out again.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { mainButton, openBrowser, passwordField, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const fresh = 'eleven violet kettles';
const at = (path: string): string => new URL(path, idp.issuer).href;
const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const link = (page: Page, path: string) => page.locator(`main a[href="${path}"]`);
const openMenu = (page: Page): Promise<void> => page.locator('.person summary').click();

describe.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'pt', javaScript: true },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, javaScript }) => {
  const t = (key: string, values?: Record<string, string>): string => idp.app.web.texts[locale](key, values);

  const enter = async (person: Citizen): Promise<Page> => {
    const page = await browser.newPerson({ locale, javaScript });
    await page.goto(at('/'));
    await press(page, link(page, '/account'));
    await signInAs(page, person);
    expect(await headingOf(page)).toBe(t('account.home.title', { name: person.profile.givenName }));
    return page;
  };

  const goToPassword = async (page: Page): Promise<void> => {
    await openMenu(page);
    await press(page, page.locator('.person a[href="/account/security"]'));
    expect(await headingOf(page)).toBe(t('account.security.title'));
    await press(page, link(page, '/account/password'));
    expect(await headingOf(page)).toBe(t('account.password.title'));
  };

  const type = async (page: Page, old: string, next: string, again = next): Promise<void> => {
    await passwordField(page).fill(old);
    await page.locator('input[name="new_password"]').fill(next);
    await page.locator('input[name="new_password_again"]').fill(again);
    await press(page, mainButton(page));
  };

  it('changes the password: by name, settings, security; makes mistakes on the way; signs out', async () => {
    const person = await newPerson(idp);
    const page = await enter(person);
    await goToPassword(page);

    await type(page, person.password, fresh, 'another one');
    expect(await page.title()).toContain(t('page.error-prefix'));
    expect(await page.locator('.mistakes a').innerText()).toBe(t('password.mistake.different'));
    await type(page, 'not this one', fresh);
    expect(await page.locator('.mistakes a').innerText()).toBe(t('account.password.mistake.wrong'));

    await type(page, person.password, fresh);
    expect(await headingOf(page)).toBe(t('account.security.title'));
    expect(await page.locator('.notice.ok').innerText()).toBe(t('account.done.password'));

    await openMenu(page);
    await press(page, page.locator('.person a[href="/session/end"]'));
    await press(page, mainButton(page));
    await page.goto(at('/account'));
    await signInAs(page, { ...person, password: fresh });
    expect(await headingOf(page)).toBe(t('account.home.title', { name: person.profile.givenName }));
  });

  it('has a password made, which is shown once, and signs in with it', async () => {
    const person = await newPerson(idp);
    const page = await enter(person);
    await goToPassword(page);
    await press(page, page.locator('button[value="make"]'));
    const made = await page.locator('code.big').innerText();
    await passwordField(page).fill(person.password);
    await press(page, mainButton(page));
    expect(await page.locator('.notice.ok').innerText()).toBe(t('account.done.password'));

    const other = await browser.newPerson({ locale, javaScript });
    await other.goto(at('/account/security'));
    await signInAs(other, { ...person, password: made });
    expect(await headingOf(other)).toBe(t('account.security.title'));
  });

  it('goes back after signing out and sees nothing of the account', async () => {
    const person = await newPerson(idp);
    const page = await enter(person);
    await page.goto(at('/session/end'));
    await press(page, mainButton(page));
    await page.goBack();
    await page.goBack();
    await page.waitForLoadState();
    expect(await page.locator('body').innerText()).not.toContain(person.profile.givenName);
  });

  it('changes the language at the foot, and the page stays', async () => {
    const page = await enter(await newPerson(idp));
    const another = locale === 'ru' ? 'en' : 'ru';
    await press(page, page.locator(`.languages [lang="${another}"] a`));
    expect(await page.locator('html').getAttribute('lang')).toBe(another);
    expect(new URL(page.url()).pathname).toBe('/account');
  });
});
