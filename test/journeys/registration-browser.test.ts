// Opening an account on a phone, in two languages, with and without JavaScript, from a service and from home.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { identifierField, mainButton, openBrowser, press, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { rosasPassword } from '../support/registration.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
let service: RelyingParty;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
  browser = await openBrowser();
  site = await startCallbackService();
  service = await newService(idp, { client_name: 'Платежи города', redirect_uris: [site.callback] });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await idp.stop();
});

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const fill = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};

const people = [
  { locale: 'ru', javaScript: true, contact: '+79161110001', written: '8 (916) 111-00-01' },
  { locale: 'ru', javaScript: false, contact: 'rosa.one@example.org', written: 'Rosa.One@Example.org' },
  { locale: 'pt', javaScript: true, contact: 'rosa.two@example.org', written: 'rosa.two@example.org' },
  { locale: 'pt', javaScript: false, contact: '+79161110002', written: '+7 916 111 00 02' },
] as const;

describe.each(people)('a person on a phone, in $locale, JavaScript: $javaScript', (person) => {
  const { locale, javaScript, contact, written } = person;
  const t = (key: string, values?: Record<string, string>) => idp.app.web.texts[locale](key, values);

  it('comes from a service, makes each usual mistake, and goes back to it signed in', async () => {
    await forgetSends(idp);
    const page = await browser.newPerson({ locale, javaScript });
    const request = await service.begin();
    await page.goto(request.url);
    await press(page, page.getByRole('link', { name: t('registration.link') }));
    expect(await headingOf(page)).toBe(t('registration.name.title'));

    await fill(page, { family_name: '', given_name: 'Роза' });
    expect(await page.title()).toContain(t('page.error-prefix').trim());
    await fill(page, { family_name: 'Ветрова' });
    await fill(page, { contact: '8 916' });
    expect(await page.locator('.mistakes').innerText()).toContain(t('registration.contact.mistake.malformed'));
    await fill(page, { contact: written });

    await page.reload();
    await fill(page, { code: '12' });
    expect(await page.locator('.mistakes').count()).toBe(1);
    await fill(page, { code: await lastCodeTo(idp, contact) });

    await fill(page, { new_password: 'qwertyuiop', new_password_again: 'qwertyuiop' });
    expect(await page.locator('.mistakes').count()).toBe(1);
    expect(await page.locator('input[name="new_password"]').inputValue()).toBe('');
    await fill(page, { new_password: rosasPassword, new_password_again: rosasPassword });

    expect(await headingOf(page)).toBe(t('registration.check.title'));
    await press(page, page.locator('.answers a').first());
    expect(await page.locator('input[name="family_name"]').inputValue()).toBe('Ветрова');
    await fill(page, { given_name: 'Розалия' });
    expect(await page.locator('.notice').innerText()).toBe(t('registration.password.asked-again'));
    await fill(page, { new_password: rosasPassword, new_password_again: rosasPassword });
    expect(await page.locator('.answers').innerText()).toContain('Ветрова Розалия');
    await press(page, mainButton(page));
    await page.locator('input[name="terms"]').check();
    await press(page, mainButton(page));

    expect(await headingOf(page)).toBe(t('registration.done.title'));
    await page.reload();
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe(t('consent.title'));
    await press(page, mainButton(page));
    expect((await request.finish(page.url())).id_token).toBeDefined();
  });
});

it('a person who comes by themselves takes a password that we make, and can sign in with it', async () => {
  await forgetSends(idp);
  const page = await browser.newPerson({ locale: 'ru' });
  await page.goto(idp.issuer.href);
  await press(page, page.locator('a[href="/registration"]'));
  await fill(page, { family_name: 'Ветрова', given_name: 'Роза' });
  await fill(page, { contact: 'rosa.three@example.org' });
  await fill(page, { code: await lastCodeTo(idp, 'rosa.three@example.org') });
  await press(page, page.locator('button[value="make"]'));
  const made = await page.locator('.made').innerText();
  await press(page, mainButton(page));
  await page.locator('input[name="terms"]').check();
  await press(page, mainButton(page));
  expect(await headingOf(page)).toBe('Учётная запись готова');

  await forgetSends(idp);
  const request = await service.begin();
  await page.goto(request.url);
  await identifierField(page).fill('rosa.three@example.org');
  await page.locator('input[name="password"]').fill(made);
  await press(page, mainButton(page));
  expect(await headingOf(page)).toBe('Подтвердите, что это вы');
});
