// Raising a level in a real browser on a phone, in Russian, with JavaScript and without.
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { levelClaim, maria, mariasBirthdate, mariasPassport, mariasSnils, needsStandard } from '../support/level.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
beforeAll(async () => {
  [browser, site] = await Promise.all([openBrowser(), startCallbackService()]);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const send = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};

it.each([true, false])('goes question by question to the service; with JavaScript: %s', async (javaScript) => {
  const page = await browser.newPerson({ locale: 'ru', javaScript, width: 390 });
  const service = await newService(idp, { redirect_uris: [site.callback], client_uri: site.origin, first_party: true });
  const request = await service.begin({ ...needsStandard, ui_locales: 'ru' });
  await page.goto(request.url);
  await signInAs(page, maria);

  const steps: [string, Record<string, string>][] = [
    ['Нужна стандартная учётная запись', {}],
    ['Когда вы родились?', mariasBirthdate],
    ['Ваш СНИЛС', mariasSnils],
    ['Ваш паспорт', mariasPassport],
    ['Проверьте, всё ли верно', {}],
    ['Ваша учётная запись теперь стандартная', {}],
  ];
  for (const [heading, fields] of steps) {
    expect(await headingOf(page)).toBe(heading);
    await page.reload();
    expect(await headingOf(page)).toBe(heading);
    await send(page, fields);
  }
  expect((await request.finish(page.url())).claims()?.[levelClaim]).toBe('standard');
});

it('can be gone back through, one answer after the other', async () => {
  const page = await browser.newPerson({ locale: 'ru' });
  const service = await newService(idp, { redirect_uris: [site.callback], first_party: true });
  await page.goto((await service.begin(needsStandard)).url);
  await signInAs(page, maria);
  for (const fields of [{}, mariasBirthdate, mariasSnils]) await send(page, fields);
  expect(await headingOf(page)).toBe('Ваш паспорт');
  await page.goBack();
  expect(await headingOf(page)).toBe('Ваш СНИЛС');
  await page.goBack();
  expect(await page.locator('input[name="birthdate_year"]').inputValue()).toBe('1990');
  await send(page, { birthdate_day: '18' });
  expect(await headingOf(page)).toBe('Ваш паспорт');
});

it.each([true, false])(
  'in the account, from its first page and back to it; with JavaScript: %s',
  async (javaScript) => {
    const page = await browser.newPerson({ locale: 'ru', javaScript, width: 390 });
    await page.goto(new URL('/account', idp.issuer).href);
    await signInAs(page, maria);
    await press(page, page.locator('main a[href="/account/level"]').first());

    const steps: [string, Record<string, string>][] = [
      ['Как получить стандартную учётную запись', {}],
      ['Когда вы родились?', mariasBirthdate],
      ['Ваш СНИЛС', mariasSnils],
      ['Ваш паспорт', mariasPassport],
      ['Проверьте, всё ли верно', {}],
    ];
    for (const [heading, fields] of steps) {
      expect(await headingOf(page)).toBe(heading);
      await page.reload();
      await send(page, fields);
    }
    expect(await headingOf(page)).toBe('Ваша учётная запись теперь стандартная');
    await press(page, page.getByRole('link', { name: 'Вернуться в учётную запись' }));
    expect(new URL(page.url()).pathname).toBe('/account');
    expect(await page.locator('main').innerText()).toContain('стандартная');
  },
);
