// Confirming with the PIN in a real browser, on a phone, in every language, with JavaScript and without.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { cancelButton, mainButton, openBrowser, pinField, press, signInAs, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import { newPersonWithPin, pinAcr, rightPin, wrongPin } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
/** Answers of the provider that no journey may ever see. */
const breakdowns: string[] = [];

beforeAll(async () => {
  idp = await startCivicId({ demo: true });
  browser = await openBrowser();
  site = await startCallbackService();
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await idp.stop();
});
afterEach(() => expect(breakdowns.splice(0)).toEqual([]));

type Locale = 'ru' | 'en' | 'pt';
const textsOf = (locale: Locale) =>
  JSON.parse(readFileSync(new URL(`../../views/locales/${locale}.json`, import.meta.url), 'utf8'))['pin-page'];
const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();

const newPage = async (options: { locale: Locale; javaScript: boolean }): Promise<Page> => {
  const page = await browser.newPerson(options);
  page.context().on('response', (response) => {
    if (response.status() >= 500) breakdowns.push(`${response.status()} ${response.url()}`);
  });
  return page;
};

/** Somebody who is signed in and stands before what the service asks to be confirmed. */
const askForPin = async (page: Page, person: Citizen) => {
  const metadata = serviceMetadata({ redirect_uris: [site.callback], client_uri: site.origin, first_party: true });
  await idp.register(metadata);
  const request = await createRelyingParty(idp.issuer, metadata).begin({ acr_values: pinAcr });
  await page.goto(request.url);
  await signInAs(page, person);
  return { request, name: metadata.client_name };
};
const typePin = async (page: Page, pin: string): Promise<void> => {
  await pinField(page).fill(pin);
  await press(page, mainButton(page));
};

/** Signed in at the demo service, in English; what it asks for is allowed where that was not done before. */
const signInAtDemo = async (page: Page, person: Citizen): Promise<void> => {
  await page.goto(`${String(idp.demoUrl)}/?ui_locales=en`);
  await page.getByRole('link', { name: 'Sign in with Civic ID' }).click();
  await signInAs(page, person);
  if (new URL(page.url()).origin === idp.issuer.origin) await press(page, mainButton(page));
};

const everyWay = (['ru', 'en', 'pt'] as const).flatMap((locale) => [
  { locale, how: 'with JavaScript', javaScript: true },
  { locale, how: 'without JavaScript', javaScript: false },
]);

describe.each(everyWay)('a person who reads $locale, $how,', (way) => {
  const { locale, javaScript } = way;
  const texts = textsOf(locale);

  it('sees who asks, mistypes twice, is told how many tries are left, and confirms', async () => {
    const page = await newPage(way);
    const { request, name } = await askForPin(page, await newPersonWithPin(idp));
    expect(await headingOf(page)).toBe(texts.title);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    const main = await page.locator('main').innerText();
    expect(main).toContain(name);
    expect(main).toContain(new URL(site.origin).host);

    for (const triesLeft of [2, 1]) {
      await typePin(page, wrongPin);
      expect(await page.locator('.mistakes').innerText()).toMatch(new RegExp(`\\b${triesLeft}\\b`));
      expect(await page.locator('.mistakes:focus').count()).toBe(javaScript ? 1 : 0);
      expect(await pinField(page).inputValue()).toBe('');
      expect(await pinField(page).getAttribute('aria-invalid')).toBe('true');
    }
    await typePin(page, rightPin);
    expect(await headingOf(page)).toBe('Signed in');
    expect((await request.finish(page.url())).claims()).toMatchObject({ acr: pinAcr, amr: ['pwd', 'pin'] });
  });

  it('refuses, without having typed anything, and the service learns that', async () => {
    const page = await newPage(way);
    await askForPin(page, await newPersonWithPin(idp));
    await press(page, cancelButton(page));
    expect(await headingOf(page)).toBe('access_denied');
  });

  it.each(['locked', 'none'])('is told before any field that the PIN is %s, and goes back', async (state) => {
    const page = await newPage(way);
    await askForPin(page, citizen(state === 'locked' ? 'dmitry' : 'olga'));
    expect(await headingOf(page)).toBe(texts[state].title);
    expect(await page.locator('main').innerText()).toContain(texts[state].advice);
    expect(await pinField(page).count()).toBe(0);
    await press(page, cancelButton(page));
    expect(await headingOf(page)).toBe('unmet_authentication_requirements');
  });
});

describe.each([
  { how: 'with JavaScript', javaScript: true },
  { how: 'without JavaScript', javaScript: false },
])('a person, $how,', ({ javaScript }) => {
  const way = { locale: 'en', javaScript } as const;

  it('pays at the demo service, which shows what it checked and why it believes', async () => {
    const emily = citizen('emily');
    const page = await newPage(way);
    await signInAtDemo(page, emily);
    expect(await headingOf(page)).toBe('Hello, Emily');

    const pay = page.getByRole('link', { name: 'Pay 1 500 ₽' });
    await press(page, pay);
    expect(new URL(page.url()).origin).toBe(idp.issuer.origin);
    await typePin(page, wrongPin);
    await typePin(page, emily.pin ?? '');
    expect(await page.getByRole('status').innerText()).toBe('The payment is confirmed with the PIN');
    const checks = JSON.parse(await page.locator('pre').first().innerText());
    expect(checks).toHaveLength(4);
    expect(checks).toContainEqual({ check: 'acr', expected: pinAcr, received: pinAcr, holds: true });
    expect(checks.map(({ holds }: { holds: boolean }) => holds)).toEqual([true, true, true, true]);

    await press(page, pay);
    await press(page, cancelButton(page));
    expect(await page.getByRole('status').innerText()).toBe('The payment is not confirmed: you refused.');
    expect(await page.locator('main').innerText()).not.toContain('What the service checked');
  });

  it('cannot pay there with a locked PIN, and is told so by both', async () => {
    const page = await newPage(way);
    await signInAtDemo(page, citizen('dmitry'));
    await press(page, page.getByRole('link', { name: 'Pay 1 500 ₽' }));
    expect(await headingOf(page)).toBe('Your PIN is locked');
    await press(page, cancelButton(page));
    expect(await page.getByRole('status').innerText()).toContain('you cannot confirm it with a PIN now');
  });

  it('refreshes the page of a wrong PIN, and that is no try', async () => {
    const page = await newPage(way);
    await askForPin(page, await newPersonWithPin(idp));
    await typePin(page, wrongPin);
    await page.reload();
    await page.reload();
    expect(await headingOf(page)).toBe('Confirm this with your PIN?');
    await typePin(page, wrongPin);
    expect(await page.locator('.mistakes').innerText()).toMatch(/You have 1\stry left/);
  });

  it('forgot the PIN, reads what to do, and can still go either way', async () => {
    const page = await newPage(way);
    await askForPin(page, await newPersonWithPin(idp));
    await press(page, page.getByRole('link', { name: 'Forgot your PIN?' }));
    expect(await headingOf(page)).toBe('If you forgot your PIN');
    await press(page, page.getByRole('link', { name: 'Enter the PIN' }));
    expect(await pinField(page).isVisible()).toBe(true);
    await page.goBack();
    await press(page, cancelButton(page));
    expect(await headingOf(page)).toBe('access_denied');
  });

  it('confirms two requests in two tabs, each with the PIN', async () => {
    const tab = await newPage(way);
    const person = await newPersonWithPin(idp);
    const first = await askForPin(tab, person);
    const metadata = serviceMetadata({ redirect_uris: [site.callback], first_party: true });
    await idp.register(metadata);
    const second = await createRelyingParty(idp.issuer, metadata).begin({ acr_values: pinAcr });
    const otherTab = await tab.context().newPage();
    await otherTab.goto(second.url);
    for (const page of [otherTab, tab]) await typePin(page, rightPin);
    expect((await first.request.finish(tab.url())).claims()).toMatchObject({ acr: pinAcr });
    expect((await second.finish(otherTab.url())).claims()).toMatchObject({ acr: pinAcr });
  });

  it('presses Back after confirming and finds the way to the service, and nothing to confirm again', async () => {
    const page = await newPage(way);
    const { name } = await askForPin(page, await newPersonWithPin(idp));
    await typePin(page, rightPin);
    await page.goBack();
    expect(await pinField(page).count()).toBe(0);
    await page.getByRole('link', { name: `Back to ${name}` }).click();
    expect(new URL(page.url()).origin).toBe(site.origin);
  });
});
