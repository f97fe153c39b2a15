// A new phone and a new address on a phone, with and without JavaScript, in Russian; the happy way in three languages.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  cancelButton,
  codeField,
  mainButton,
  openBrowser,
  press,
  signInAs,
  type Browser,
  type PersonOptions,
} from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { contactOf, fresh, newEmail, newPhone, noticesTo } from '../support/contacts.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { linkIn } from '../support/not-me.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  [idp, browser] = await Promise.all([startCivicId(), openBrowser()]);
});
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await forgetSends(idp);
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const heading = (page: Page) => page.locator('h1').innerText();
const open = (page: Page, path: string) => page.goto(new URL(path, idp.issuer).href);
const enter = async (options: PersonOptions) => {
  const [page, person] = [await browser.newPerson(options), await newReadyPerson(idp)];
  await open(page, '/account');
  await signInAs(page, person);
  return { page, person };
};
const type = async (page: Page, field: string, value: string): Promise<void> => {
  await page.locator(`input[name="${field}"]`).fill(value);
  await press(page, mainButton(page));
};

const kinds: [string, PersonOptions][] = [
  ['with JavaScript', { locale: 'ru' }],
  ['without JavaScript', { locale: 'ru', javaScript: false }],
];

describe.each(kinds)('on a phone, in Russian, %s', (_kind, options) => {
  it('a phone is changed from the first page: wrong, wrong code, refresh, step back, done', async () => {
    const { page, person } = await enter(options);
    await press(page, page.locator('a[href="/account/contacts/phone"]'));
    expect(await heading(page)).toBe('Новый телефон');
    await type(page, 'phone', '12');
    expect(await page.locator('.mistakes').innerText()).toContain('такого номера не бывает');
    const value = newPhone();
    await type(page, 'phone', value.replace('+7', '8 '));
    expect(await heading(page)).toBe('Введите код');
    await type(page, 'code', '12');
    expect(await page.locator('.mistakes').innerText()).toContain('цифр из сообщения');
    await open(page, '/account/contacts/code');
    await page.reload();
    await codeField(page).fill(await lastCodeTo(idp, value));
    await press(page, mainButton(page));
    expect(await page.locator('.notice').innerText()).toContain('Телефон изменён');
    await page.goBack();
    await open(page, '/account/contacts/code');
    expect(await heading(page)).toBe('Контакты');
    expect((await contactOf(idp, person, 'phone'))?.value).toBe(value);
  });

  it('who would rather not comes back to the contacts as they were', async () => {
    const { page, person } = await enter(options);
    await open(page, '/account/contacts/email');
    await type(page, 'email', newEmail());
    await press(page, cancelButton(page));
    expect(await heading(page)).toBe('Контакты');
    expect((await contactOf(idp, person, 'email'))?.value).toBe(person.email);
  });

  it('a phone is removed, and the e-mail cannot be after that', async () => {
    const { page, person } = await enter(options);
    await open(page, '/account/contacts/phone');
    await press(page, page.locator('a[href="/account/contacts/phone/remove"]'));
    expect(await heading(page)).toBe('Удалить телефон');
    await press(page, mainButton(page));
    expect(await page.locator('.notice').innerText()).toContain('Телефон удалён');
    await open(page, '/account/contacts/email/remove');
    expect(await heading(page)).toBe('Почту пока нельзя удалить');
    expect(await contactOf(idp, person, 'phone')).toBeUndefined();
    await forgetSends(idp);
    await open(page, '/account/contacts/phone');
    const value = newPhone();
    await type(page, 'phone', value);
    await type(page, 'code', await lastCodeTo(idp, value));
    expect(await page.locator('.notice').innerText()).toContain('Телефон подтверждён');
  });

  it('whoever holds the old address takes it back, in a browser that was never here', async () => {
    const { page, person } = await enter(options);
    await open(page, '/account/contacts/email');
    const value = newEmail();
    await type(page, 'email', value);
    await type(page, 'code', await lastCodeTo(idp, value));
    const owner = await browser.newPerson(options);
    await owner.goto(linkIn((await noticesTo(idp, person.email))[0]?.text ?? ''));
    expect(await heading(owner)).toBe('Это были не вы?');
    await press(owner, mainButton(owner));
    expect(await heading(owner)).toContain('защищена');
    expect((await contactOf(idp, person, 'email'))?.value).toBe(person.email);
    await open(page, '/account/contacts');
    expect(await heading(page)).toBe('Вход');
  });
});

it.each([
  ['ru', 'Почта изменена'],
  ['en', 'The e-mail is changed'],
  ['pt', 'O e-mail mudou'],
] as const)('the happy way in %s', async (locale, words) => {
  const { page } = await enter({ locale });
  await open(page, '/account/contacts/email');
  const value = fresh('email');
  await type(page, 'email', value);
  await type(page, 'code', await lastCodeTo(idp, value));
  expect(await page.locator('.notice').innerText()).toContain(words);
});
