// The services of a person on a phone: one that was let in is shown, its access withdrawn, it hears of it and asks anew; in three languages, and without JavaScript.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { tokenIntrospection } from 'openid-client';
import type { Page } from 'playwright-core';
import { mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
let listener: LogoutListener;
beforeAll(async () => {
  [site, listener] = await Promise.all([startCallbackService(), startLogoutListener()]);
  [idp, browser] = await Promise.all([startCivicId(), openBrowser()]);
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(async () => {
  await browser.close();
  await idp.stop();
  await Promise.all([site.close(), listener.close()]);
});

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const accountOf = (page: Page) => page.goto(new URL('/account', idp.issuer).href);

it.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'pt', javaScript: true },
] as const)('in $locale, JavaScript: $javaScript, a service loses what it got', async ({ locale, javaScript }) => {
  const t = (key: string): string => idp.app.web.texts[locale](key);
  const client_name = 'Портал <b>услуг</b>';
  const redirect_uris = [site.callback];
  const service = await newService(idp, { client_name, redirect_uris, backchannel_logout_uri: listener.uri });
  const page = await browser.newPerson({ locale, javaScript });
  const request = await service.begin();
  await page.goto(request.url);
  await signInAs(page, await newPerson(idp));
  expect(await headingOf(page)).toBe(t('consent.title'));
  await press(page, mainButton(page));
  const tokens = await request.finish(page.url());
  const isActive = async () => (await tokenIntrospection(await service.configuration(), tokens.access_token)).active;

  await accountOf(page);
  await press(page, page.locator('.account-ways a[href="/account/services"]'));
  expect(await headingOf(page)).toBe(t('my-services.title'));
  expect(await page.locator('.row-label').innerText()).toBe(client_name);
  await press(page, page.locator('.row a'));
  expect(await headingOf(page)).toBe(t('my-services.ask.title'));
  await press(page, page.locator('a.quiet'));
  expect(await isActive()).toBe(true);

  await press(page, page.locator('.row a'));
  const heardBefore = listener.tokens.length;
  await press(page, mainButton(page));
  expect(await page.locator('.notice.ok').innerText()).toBe(t('my-services.done.withdrawn'));
  expect(await page.locator('main').innerText()).toContain(t('my-services.none'));
  await listener.hears(heardBefore + 1);
  expect(await isActive()).toBe(false);

  await page.goto((await service.begin()).url);
  expect(await headingOf(page)).toBe(t('consent.title'));
  await page.context().close();
});
