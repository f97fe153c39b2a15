// Getting one's access back on a phone: each document, each language, with and without JavaScript, interrupted, in two tabs, with a second factor.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { identifierField, mainButton, openBrowser, passwordField, press, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { linkIn } from '../support/not-me.ts';
import { citizen } from '../support/people.ts';
import { recoveredPassword } from '../support/recovery.ts';
import { appCode } from '../support/second-factor.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
let service: RelyingParty;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
  site = await startCallbackService();
  service = await newService(idp, { client_name: 'Платежи города', redirect_uris: [site.callback] });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await idp.stop();
});
beforeEach(() => forgetSends(idp));

type Locale = 'ru' | 'en' | 'pt';
const textsOf = (locale: Locale) => (key: string, values?: Record<string, string | number>) =>
  idp.app.web.texts[locale](key, values);

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const mistakesOn = (page: Page): Promise<string> => page.locator('.mistakes').innerText();
const fill = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  await press(page, mainButton(page));
};
const giveDocument = async (page: Page, type: string, number: string): Promise<void> => {
  await page.locator(`input[name="document_type"][value="${type}"]`).check();
  await fill(page, { document_number: number });
};
const passwords = { new_password: recoveredPassword, new_password_again: recoveredPassword };
const signIn = async (page: Page, identifier: string): Promise<void> => {
  await identifierField(page).fill(identifier);
  await passwordField(page).fill(recoveredPassword);
  await press(page, mainButton(page));
};

const anna = citizen('anna');
const ivan = citizen('ivan');
const olga = citizen('olga');
const dmitry = citizen('dmitry');
const passportOf = ({ passport }: typeof anna): string => `${passport?.series ?? ''} ${passport?.number ?? ''}`;

const people: { locale: Locale; javaScript: boolean; contact: string; type: string; number: string }[] = [
  { locale: 'ru', javaScript: true, contact: String(anna.phone), type: 'passport', number: passportOf(anna) },
  { locale: 'ru', javaScript: false, contact: String(ivan.email), type: 'inn', number: String(ivan.inn) },
  { locale: 'en', javaScript: false, contact: String(olga.phone), type: 'snils', number: String(olga.snils) },
  { locale: 'pt', javaScript: true, contact: String(dmitry.email), type: 'snils', number: String(dmitry.snils) },
];

describe.each(people)('a person on a phone, $locale, $type, JavaScript: $javaScript', (person) => {
  const { locale, javaScript, contact, type, number } = person;

  it('comes from a service, makes each usual mistake, and is back in it with a new password', async () => {
    const t = textsOf(locale);
    const page = await browser.newPerson({ locale, javaScript });
    const request = await service.begin();
    await page.goto(request.url);
    await press(page, page.getByRole('link', { name: t('recovery.link') }));
    expect(await headingOf(page)).toBe(t('recovery.start.title'));

    await fill(page, { contact: 'nobody@' });
    expect(await mistakesOn(page)).toContain(t('registration.contact.mistake.malformed'));
    await fill(page, { contact });
    await giveDocument(page, type, '123');
    expect(await mistakesOn(page)).toContain(t(`recovery.document.mistake.${type}`));
    await giveDocument(page, type, number);

    await page.reload();
    await fill(page, { code: '12' });
    expect(await mistakesOn(page)).toContain(t('code-page.mistake.malformed'));
    const code = await lastCodeTo(idp, contact);
    await fill(page, { code: otherThan(code) });
    expect(await mistakesOn(page)).toContain(t('recovery.code.mistake.wrong', { count: 4 }));
    await fill(page, { code });

    await fill(page, { new_password: 'qwertyuiop', new_password_again: 'qwertyuiop' });
    expect(await mistakesOn(page)).not.toBe('');
    await fill(page, passwords);
    expect(await headingOf(page)).toBe(t('recovery.done.title'));
    await page.reload();
    await press(page, page.locator('a.main'));
    await signIn(page, contact);
    expect(await headingOf(page)).toBe(t('consent.title'));
    await press(page, mainButton(page));
    expect((await request.finish(page.url())).id_token).toBeDefined();
  });
});

it('a person who leaves on the way goes on from where they were', async () => {
  const page = await browser.newPerson({ locale: 'en' });
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: String(anna.phone) });
  await giveDocument(page, 'snils', String(anna.snils));
  await page.goto(idp.issuer.href);
  await press(page, page.locator('a[href="/recovery"]'));
  await press(page, page.locator('.notice a'));
  expect(await headingOf(page)).toBe('Enter the code');
  await press(page, page.locator('a[href="/recovery/document"]'));
  expect(await page.locator('input[name="document_number"]').inputValue()).toContain('112');
});

it('in two tabs the later start counts', async () => {
  const page = await browser.newPerson({ locale: 'en' });
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: String(anna.phone) });
  await giveDocument(page, 'snils', String(anna.snils));
  const code = await lastCodeTo(idp, String(anna.phone));

  const second = await page.context().newPage();
  await second.goto(`${idp.issuer.origin}/recovery`);
  await fill(second, { contact: String(ivan.phone) });
  await fill(page, { code });
  expect(await headingOf(page)).toBe('Document');
  expect(await headingOf(second)).toBe('Document');
});

it('a person with an app gets a new password and is asked for the app as before', async () => {
  const vera = citizen('vera');
  const page = await browser.newPerson({ locale: 'en' });
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: String(vera.phone) });
  await giveDocument(page, 'snils', String(vera.snils));
  await fill(page, { code: await lastCodeTo(idp, String(vera.phone)) });
  await fill(page, passwords);
  await press(page, page.locator('a.main'));
  await signIn(page, String(vera.phone));
  expect(page.url()).toContain('/second-factor');
  await fill(page, { code: appCode(String(vera.totp)) });
  expect(page.url()).toBe(`${idp.issuer.origin}/account`);
});

it('a person with one contact and no document waits a day, which their contact can end', async () => {
  const { email } = await newPerson(idp);
  const page = await browser.newPerson({ locale: 'ru' });
  const t = textsOf('ru');
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: String(email) });
  await giveDocument(page, 'none', '');
  await fill(page, { code: await lastCodeTo(idp, String(email)), other_code: '' });
  expect(await headingOf(page)).toBe(t('recovery.wait.title'));

  const owner = await browser.newPerson({ locale: 'ru' });
  const told = (await readOutbox(idp)).find(({ to, purpose }) => to === email && purpose === 'notice');
  await owner.goto(linkIn(told?.text ?? ''));
  await press(owner, mainButton(owner));
  expect(await headingOf(owner)).toBe(t('not-me.stopped.title'));
  await page.reload();
  expect(await headingOf(page)).toBe(t('recovery.refused.title'));
});

it('five wrong codes end it, and another can begin at once', async () => {
  const page = await browser.newPerson({ locale: 'en' });
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: 'nobody.at.all@example.org' });
  await giveDocument(page, 'snils', String(anna.snils));
  for (let tries = 0; tries < 5; tries += 1) await fill(page, { code: '000000' });
  expect(await headingOf(page)).toBe('Your access has not been given back');
  await press(page, page.locator('a.main'));
  expect(await headingOf(page)).toBe('Get your access back');
});

it('who comes back too late is told so, and begins anew', async () => {
  const page = await browser.newPerson({ locale: 'en' });
  await page.goto(`${idp.issuer.origin}/recovery`);
  await fill(page, { contact: String(anna.phone) });
  await idp.age(61);
  await giveDocument(page, 'snils', String(anna.snils));
  expect(await headingOf(page)).toBe('Too much time has gone by');
});
