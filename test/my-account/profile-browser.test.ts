// One's own data on a phone: the name, how one is spoken to, and all that is held, to read and to take away; in three languages, and without JavaScript.
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { noticesTo } from '../support/contacts.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { failuresOf } from '../support/step-up.ts';

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

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const mainOf = (page: Page): Promise<string> => page.locator('main').innerText();
const noticeOf = (page: Page): Promise<string> => page.locator('.notice.ok').innerText();
const link = (page: Page, path: string) => page.locator(`main a[href="${path}"]`);

describe.each([
  { locale: 'ru', next: 'pt', javaScript: true },
  { locale: 'ru', next: 'en', javaScript: false },
  { locale: 'en', next: 'ru', javaScript: true },
  { locale: 'pt', next: 'en', javaScript: true },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, next, javaScript }) => {
  const textsOf = (language: typeof locale) => idp.app.web.texts[language];
  const t = (key: string, values?: Record<string, string>): string => textsOf(locale)(key, values);

  const enter = async () => {
    const person = await newReadyPerson(idp, { level: 'basic', profile: { locale } });
    const page = await browser.newPerson({ locale, javaScript });
    await page.goto(new URL('/account', idp.issuer).href);
    await signInAs(page, person);
    return { person, page };
  };

  it('changes the name after a mistake, then the language, and is written to in it', async () => {
    const { person, page } = await enter();
    await press(page, page.locator('.account-ways a[href="/account/profile"]'));
    expect(await headingOf(page)).toBe(t('own-data.title'));

    await press(page, link(page, '/account/profile/name'));
    const lastName = page.locator('input[name="family_name"]');
    await lastName.fill('1');
    await press(page, mainButton(page));
    expect(await page.title()).toContain(t('page.error-prefix'));
    expect(await lastName.inputValue()).toBe('1');
    await lastName.fill('Лугова');
    await press(page, mainButton(page));
    expect(await noticeOf(page)).toBe(t('own-data.done.name'));
    expect(await mainOf(page)).toContain('Лугова');

    await page.locator(`input[name="language"][value="${next}"]`).check();
    await page.locator('select[name="zone"]').selectOption('Asia/Omsk');
    await page.locator('input[name="notices"][value="every"]').check();
    await press(page, mainButton(page));
    expect(await page.locator('html').getAttribute('lang')).toBe(next);
    expect(await noticeOf(page)).toBe(textsOf(next)('own-data.done.saved'));
    expect(await page.locator('select[name="zone"]').inputValue()).toBe('Asia/Omsk');

    const again = await browser.newPerson({ locale: next, javaScript });
    await again.goto(new URL('/account', idp.issuer).href);
    await signInAs(again, person);
    const [told] = await noticesTo(idp, person.email);
    expect(told?.subject).toContain(textsOf(next)('notice.sign-in.subject', { deployment: 'Civic ID' }));
  });

  it('reads what is held of them, and takes it away as a file', async () => {
    const { person, page } = await enter();
    await press(page, link(page, '/account/data'));
    expect(await headingOf(page)).toBe(t('my-data.title'));
    expect(await mainOf(page)).toContain(person.email);
    expect(await mainOf(page)).toContain(t('my-data.absent.title'));

    const [download] = await Promise.all([page.waitForEvent('download'), mainButton(page).click()]);
    expect(download.suggestedFilename()).toBe('civic-id-data.json');
    const file: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(file).toMatchObject({ held: { accounts: [{ email: person.email }] } });
    expect(await headingOf(page)).toBe(t('my-data.title'));
    expect((await noticesTo(idp, person.email))[0]?.subject).toBe(
      t('notice.data-downloaded.subject', { deployment: 'Civic ID' }),
    );
  });
});
