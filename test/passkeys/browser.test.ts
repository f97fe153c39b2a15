// Passkeys in a real browser with an authenticator of its own: made, used, renamed, removed; and a sign-in page without script that shows no button for them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { cancelButton, mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { plugIn } from '../support/virtual-authenticator.ts';

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

const at = (path: string): string => new URL(path, idp.issuer).href;
const passkeyButton = (page: Page) => page.locator('button[form="passkey"]');

describe.each(['ru', 'en', 'pt'] as const)('a person with passkeys, in %s', (locale) => {
  const t = (key: string): string => idp.app.web.texts[locale](key);

  it('makes one, signs in with it, renames it and takes it away', async () => {
    const person = await newPerson(idp);
    const page = await browser.newPerson({ locale });
    await plugIn(page);
    await page.goto(at('/account/passkeys'));
    await signInAs(page, person);
    await press(page, page.locator('a.main'));
    await page.locator('input[name="name"]').fill('Мой <телефон>');
    await mainButton(page).click();
    await page.locator('.recovery-codes').waitFor();
    expect(await page.locator('.notice.ok').innerText()).toBe(t('factors.passkey.added'));
    await page.goto(at('/account/passkeys'));
    expect(await page.locator('.row-label').innerText()).toBe('Мой <телефон>');

    await page.context().clearCookies();
    await page.goto(at('/account/security'));
    await passkeyButton(page).click();
    await page.waitForURL(at('/account/security'));
    expect(await page.locator('h1').innerText()).toBe(t('account.security.title'));

    await page.goto(at('/account/passkeys'));
    await press(page, page.locator('.row a'));
    await page.locator('input[name="name"]').fill('Дом');
    await press(page, mainButton(page));
    expect(await page.locator('.row-label').innerText()).toBe('Дом');
    await press(page, page.locator('button[name="remove"]'));
    expect(await page.locator('h1').innerText()).toBe(t('passkeys.removal.title'));
    await press(page, page.locator('button[name="remove"]'));
    expect(await page.locator('.notice.ok').innerText()).toBe(t('passkeys.done.removed'));
    await page.context().close();
  });
});

it('says what to do where the authenticator does not know the person', async () => {
  const page = await browser.newPerson();
  await plugIn(page, { isUserVerified: false });
  await page.goto(at('/account'));
  await passkeyButton(page).click();
  await page.locator('[data-passkey-failed]').waitFor({ state: 'visible' });
  expect(await mainButton(page).isVisible()).toBe(true);
  await page.context().close();
});

it('shows no button without script, and says why on the page behind it', async () => {
  const page = await browser.newPerson({ javaScript: false });
  await page.goto(at('/account'));
  expect(await passkeyButton(page).count()).toBe(0);
  expect(await cancelButton(page).count()).toBe(1);
  await page.context().close();
});
