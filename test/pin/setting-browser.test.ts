// PIN-12 on a phone: a PIN is created, changed, made and set anew in the middle of a request, with and without JavaScript.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  cancelButton,
  codeField,
  mainButton,
  openBrowser,
  pinField,
  press,
  signInAs,
  type Browser,
  type PersonOptions,
} from '../support/browser.ts';
import { startCallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { goodPin, newReadyPerson, otherPin, type ReadyPerson } from '../support/pin-setting.ts';
import { failuresOf, newOwnService, pinAcr } from '../support/step-up.ts';

let idp: TestCivicId;
let browser: Browser;
let site: Awaited<ReturnType<typeof startCallbackService>>;
beforeAll(async () => {
  [idp, browser, site] = await Promise.all([startCivicId(), openBrowser(), startCallbackService()]);
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(async () => {
  await browser.close();
  await site.close();
  await idp.stop();
});

const heading = (page: Page) => page.locator('h1').innerText();
const pathOf = (page: Page) => new URL(page.url()).pathname;
const open = (page: Page, path: string) => page.goto(new URL(path, idp.issuer).href);

/** From the first page to the one that asks for the PIN. */
const giveCode = async (page: Page, { phone }: ReadyPerson): Promise<void> => {
  await press(page, mainButton(page));
  await codeField(page).fill(await lastCodeTo(idp, phone));
  await press(page, mainButton(page));
};
const choose = async (page: Page, pin: string, again = pin): Promise<void> => {
  await pinField(page).fill(pin);
  await page.locator('input[name="pin_again"]').fill(again);
  await press(page, mainButton(page));
};

const kinds: [string, PersonOptions][] = [
  ['with JavaScript', { locale: 'ru' }],
  ['without JavaScript', { locale: 'ru', javaScript: false }],
];

describe.each(kinds)('on a phone, in Russian, %s', (_kind, options) => {
  it('a PIN is created, is wrong first, survives a refresh and a step back, and is there', async () => {
    const [page, person] = [await browser.newPerson(options), await newReadyPerson(idp)];
    await open(page, '/account/pin');
    await signInAs(page, person);
    expect(await heading(page)).toBe('Создать ПИН-код');
    await giveCode(page, person);
    expect(await heading(page)).toBe('Придумайте ПИН-код');
    await choose(page, '1234');
    expect(await page.locator('.mistakes').innerText()).toContain('Такой ПИН-код легко угадать');
    expect(await pinField(page).inputValue()).toBe('');
    await choose(page, goodPin, otherPin);
    expect(await page.locator('.mistakes').innerText()).toContain('ПИН-коды не совпали');
    await open(page, pathOf(page));
    await choose(page, goodPin);
    expect([pathOf(page), await heading(page)]).toEqual(['/account/pin/done', 'ПИН-код создан']);
    await page.reload();
    expect(await heading(page)).toBe('ПИН-код создан');
    await page.goBack();
    expect(await heading(page)).toBe('ПИН-код создан');
    await press(page, page.locator('a.main'));
    expect(pathOf(page)).toBe('/account/security');
    expect(await idp.app.rules.pin.check(person.id, goodPin)).toEqual({ outcome: 'right' });
  });

  it('a forgotten PIN is set anew in the middle of a request, which goes on to the service', async () => {
    const [page, person] = [await browser.newPerson(options), await newReadyPerson(idp, { pin: goodPin })];
    const service = await newOwnService(idp, { redirect_uris: [site.callback], client_name: 'Платежи города' });
    await page.goto((await service.begin({ acr_values: pinAcr })).url);
    await signInAs(page, person);
    await press(page, page.getByRole('link', { name: 'Забыли ПИН-код?' }));
    await press(page, page.getByRole('button', { name: 'Задать новый ПИН-код' }));
    expect([await heading(page), await page.locator('.asks').innerText()]).toEqual([
      'Сменить ПИН-код',
      expect.stringContaining('Платежи города'),
    ]);
    await giveCode(page, person);
    await choose(page, otherPin);
    await press(page, page.locator('a.main'));
    expect(await heading(page)).toBe('Подтвердить действие ПИН-кодом?');
    await pinField(page).fill(otherPin);
    await press(page, mainButton(page));
    expect(page.url()).toContain(`${site.callback}?code=`);
  });

  it('“Not now” leads back to the request, and a PIN that we make is shown once', async () => {
    await forgetSends(idp);
    const [page, person] = [await browser.newPerson(options), await newReadyPerson(idp)];
    const service = await newOwnService(idp, { redirect_uris: [site.callback] });
    await page.goto((await service.begin({ acr_values: pinAcr })).url);
    await signInAs(page, person);
    await press(page, page.getByRole('button', { name: 'Создать ПИН-код' }));
    await press(page, cancelButton(page));
    expect(await heading(page)).toBe('У вас ещё нет ПИН-кода');
    await press(page, page.getByRole('button', { name: 'Создать ПИН-код' }));
    await giveCode(page, person);
    await press(page, page.locator('button[value="make"]'));
    const pin = await page.locator('code.big').innerText();
    expect(pin).toMatch(/^\d{4}$/);
    await open(page, '/account/pin/done');
    expect(await page.locator('code.big').count()).toBe(0);
    await press(page, page.locator('a.main'));
    await pinField(page).fill(pin);
    await press(page, mainButton(page));
    expect(page.url()).toContain(`${site.callback}?code=`);
  });
});

describe.each([
  ['en', 'Your PIN is created'],
  ['pt', 'O PIN está criado'],
] as const)('in %s', (locale, done) => {
  it('a PIN is created', async () => {
    const [page, person] = [await browser.newPerson({ locale }), await newReadyPerson(idp)];
    await open(page, '/account/pin');
    await signInAs(page, person);
    await giveCode(page, person);
    await choose(page, goodPin);
    expect(await heading(page)).toBe(done);
  });
});
