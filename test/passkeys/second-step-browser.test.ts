// In a real browser with an authenticator of its own: a passkey after the password, another way where it fails, and a proof before important changes.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { cancelButton, codeField, mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
import { newPerson } from '../support/new-person.ts';
import { plugIn } from '../support/virtual-authenticator.ts';
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

const at = (path: string): string => new URL(path, idp.issuer).href;
const heading = (page: Page) => page.locator('h1').innerText();
const askButton = (page: Page) => page.locator('button[value="ask"]');
const failedNote = (page: Page) => page.locator('[data-passkey-failed]');

/** Makes a passkey in the browser, and signs out. */
const makePasskey = async (page: Page, person: Citizen, giveMore: () => Promise<void> = async () => undefined) => {
  const { cdp, authenticatorId } = await plugIn(page);
  await page.goto(at('/account/passkeys/add'));
  await signInAs(page, person);
  await giveMore();
  await mainButton(page).click();
  await page.waitForURL(/passkeys(\/new$|\?done=added)/);
  await page.locator('.notice.ok').waitFor();
  await page.context().clearCookies();
  const setVerified = (isUserVerified: boolean) =>
    cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  return { setVerified };
};

it('a passkey that fails says so and can be tried again; a code of the app is another way on', async () => {
  const t = idp.app.web.texts.ru;
  const { person } = await newPersonWithApp(idp);
  const page = await browser.newPerson({ locale: 'ru' });
  const { setVerified } = await makePasskey(page, person, async () => {
    await codeField(page).fill(appCode(person.secret, { seconds: -30 }));
    await press(page, mainButton(page));
  });
  await setVerified(false);

  await page.goto(at('/account'));
  await signInAs(page, person);
  expect(await heading(page)).toBe(t('second-factor.passkey.title'));
  await press(page, askButton(page));
  await failedNote(page).waitFor({ state: 'visible' });
  expect(await failedNote(page).innerText()).toBe(t('parts.passkey.failed'));
  await mainButton(page).click();
  await failedNote(page).waitFor({ state: 'visible' });

  await press(page, page.locator('.ways a[href$="/totp"]'));
  await press(page, page.locator('.ways a[href$="/passkey"]'));
  await press(page, page.locator('.ways a[href$="/totp"]'));
  await codeField(page).fill(appCode(person.secret));
  await press(page, mainButton(page));
  expect(await heading(page)).toContain(person.profile.givenName);
  await page.context().close();
});

it('a browser without script is told, and has the other ways and a way out', async () => {
  const t = idp.app.web.texts.en;
  const person = await newPerson(idp);
  const maker = await browser.newPerson();
  await makePasskey(maker, person);
  const page = await browser.newPerson({ javaScript: false });
  await page.goto(at('/account'));
  await signInAs(page, person);
  expect(await page.locator('[data-passkey-missing]').innerText()).toBe(t('second-factor.passkey.missing'));
  expect(await askButton(page).count()).toBe(0);
  expect(await cancelButton(page).isVisible()).toBe(true);
  await press(page, page.locator('.ways a[href$="/recovery"]'));
  expect(await heading(page)).toBe(t('second-factor.recovery.title'));
  await page.context().close();
});

describe.each(['ru', 'en', 'pt'] as const)('a person with a passkey and no other second step, in %s', (locale) => {
  const t = (key: string): string => idp.app.web.texts[locale](key);

  it('signs in with password and passkey, and proves it with both before an important change', async () => {
    const person = await newPerson(idp);
    const page = await browser.newPerson({ locale });
    await makePasskey(page, person);

    await page.goto(at('/account/security'));
    await signInAs(page, person);
    expect(await heading(page)).toBe(t('second-factor.passkey.title'));
    await askButton(page).click();
    await page.waitForURL(at('/account/security'));
    expect(await heading(page)).toBe(t('account.security.title'));

    await idp.age(6);
    await page.goto(at('/account/factors/recovery-codes'));
    expect(await heading(page)).toBe(t('proof.title'));
    expect(await page.locator('button[value="passkey"]').count()).toBe(0);
    await page.locator('input[name="password"]').fill(person.password);
    await press(page, mainButton(page));
    expect(await heading(page)).toBe(t('second-factor.passkey.title'));
    await askButton(page).click();
    await page.waitForURL(at('/account/factors/recovery-codes'));
    expect(await heading(page)).toBe(t('factors.codes.title'));
    await page.context().close();
  });

  it('signs in with the passkey alone, and proves it with the passkey alone', async () => {
    const person = await newPerson(idp);
    const page = await browser.newPerson({ locale });
    await makePasskey(page, person);
    await page.goto(at('/account'));
    await page.locator('button[form="passkey"]').click();
    await page.waitForURL(at('/account'));

    await idp.age(6);
    await page.goto(at('/account/factors/recovery-codes'));
    await page.locator('button[value="passkey"]').click();
    await page.waitForURL(at('/account/factors/recovery-codes'));
    expect(await heading(page)).toBe(t('factors.codes.title'));
    await page.context().close();
  });
});
