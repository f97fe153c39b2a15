// A first sign-in on a new device in a real browser: in Russian and English, on a phone, with JavaScript and without.
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { loadTexts } from '../../src/web/index.ts';
import { codeField, mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent, hasFailed } from '../support/messages.ts';
import { codeIn, forgetSends, otherThan } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const anna = citizen('anna');
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let idp: TestCivicId;
let browser: Browser;
let gateway: SmsGatewayPeer;
let mail: MailPeer;
let site: CallbackService;
let service: Awaited<ReturnType<typeof newService>>;

beforeAll(async () => {
  [gateway, mail, site] = await Promise.all([startSmsGateway(), startMailPeer(), startCallbackService()]);
  const email = { url: mail.url, from: 'no-reply@id.example.org', timeoutSeconds: 1 };
  idp = await startCivicId({ newDeviceCodes: true, isProduction: true, channels: { sms: gateway.channel(), email } });
  service = await newService(idp, {
    first_party: true,
    client_name: 'Портал государственных и муниципальных услуг Примерской области',
    client_uri: site.origin,
    redirect_uris: [site.callback],
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
  await Promise.all([gateway.close(), mail.close(), site.close()]);
});
afterEach(async () => {
  gateway.behave(202);
  for (const name of ['attempts', 'messages']) await nativeCollection(idp.connection, name).deleteMany({});
});

const texts = loadTexts(fileURLToPath(new URL('../../views/locales', import.meta.url)));

describe.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'en', javaScript: false },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, javaScript }) => {
  const t = texts[locale];
  const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
  const mainOf = (page: Page): Promise<string> => page.locator('main').innerText();

  /** Nobody is shut out of what is shown now, and the smallest phone need not be scrolled sideways. */
  const looksRight = async (page: Page): Promise<void> => {
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
    if (javaScript) expect(await overflow).toBe(0);
    await page.setViewportSize({ width: 390, height: 800 });
    if (!javaScript) return;
    const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };

  /** Stands at the page that asks for the code. */
  const signInOnNewDevice = async ({ person = anna, page }: { person?: Citizen; page?: Page } = {}) => {
    await forgetSends(idp);
    const at = page ?? (await browser.newPerson({ locale, javaScript }));
    const request = await service.begin({ ui_locales: locale, prompt: 'login' });
    await at.goto(request.url);
    await signInAs(at, person);
    return { page: at, request };
  };
  const codeBySms = async (): Promise<string> => {
    await allAreSent(idp);
    const codes = gateway.textsTo(String(anna.phone)).map(codeIn); // notices carry none
    return codes.filter((code) => code !== '').at(-1) ?? '';
  };
  const give = async (page: Page, code: string): Promise<void> => {
    await codeField(page).fill(code);
    await press(page, mainButton(page));
  };

  it('gives the code of the SMS, typed in two halves, and is signed in', async () => {
    const { page, request } = await signInOnNewDevice();
    expect(await headingOf(page)).toBe(t('code-page.title'));
    await looksRight(page);
    const code = await codeBySms();
    await give(page, `${code.slice(0, 3)} ${code.slice(3)}`);
    expect(await headingOf(page)).toBe('Signed in');
    expect((await request.finish(page.url())).claims()).toMatchObject({ amr: ['pwd', 'sms'] });
  });

  it('gives the code of an e-mail, because SMS are late and the page says so', async () => {
    gateway.behave(500);
    const { page, request } = await signInOnNewDevice();
    await hasFailed(idp, 1);
    await page.reload();
    expect(await mainOf(page)).toContain(`${t('code-page.down.sms')} ${t('code-page.down-other.email')}`);
    await looksRight(page);

    const arrived = mail.received.length;
    await press(page, page.getByRole('button', { name: t('code-page.other.email') }));
    await until(() => mail.received.length > arrived);
    await give(page, /\d{6}/.exec(mail.received.at(-1)?.mail.text ?? '')?.[0] ?? '');
    expect((await request.finish(page.url())).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it('mistypes the code, is told so, and gives the right one', async () => {
    const { page, request } = await signInOnNewDevice();
    const code = await codeBySms();
    await page.locator('input[name="remember_browser"]').check();
    await give(page, otherThan(code));
    expect(await page.locator('.mistakes').innerText()).toContain(t('code-page.mistake.wrong', { count: 4 }));
    expect(await codeField(page).inputValue()).toBe('');
    expect(await page.locator('input[name="remember_browser"]').isChecked()).toBe(true);
    expect(await page.locator('.mistakes:focus').count()).toBe(javaScript ? 1 : 0);
    await looksRight(page);
    await give(page, code);
    await request.finish(page.url());
  });

  it('mistypes it to the end, and begins again', async () => {
    const { page, request } = await signInOnNewDevice();
    const code = await codeBySms();
    for (let tries = 0; tries < 5; tries += 1) await give(page, otherThan(code));
    expect(await headingOf(page)).toBe(t('code-page.used-up.title'));
    await looksRight(page);

    await forgetSends(idp);
    await press(page, page.locator('a.button.main'));
    expect(await headingOf(page)).toBe(t('sign-in.title'));
    await signInAs(page, anna);
    await give(page, await codeBySms());
    await request.finish(page.url());
  });

  it('asks for another code: too early, then after a minute', async () => {
    const { page, request } = await signInOnNewDevice();
    await codeBySms();
    const again = page.getByRole('button', { name: t('code-page.resend') });
    await press(page, again);
    const [toldBefore = ''] = t('code-page.wait', { duration: '…' }).split('…');
    expect(await page.locator('.ways .countdown').innerText()).toContain(toldBefore.trim());
    expect(await page.locator('.notice[role="alert"]').innerText()).toBe(t('code-page.too-soon'));
    await looksRight(page);

    await idp.age(1.05);
    await press(page, again);
    const [before = '', after = ''] = t('code-page.sent-again.sms', { destination: '…' }).split('…');
    expect(await mainOf(page)).toContain(`${before}+7 ••• •••-00-01`);
    expect(await mainOf(page)).toContain(after);
    await give(page, await codeBySms());
    await request.finish(page.url());
  });

  it('comes back to the page after a quarter of an hour', async () => {
    const { page, request } = await signInOnNewDevice();
    const code = await codeBySms();
    await idp.age(15);
    await give(page, code);
    expect(await page.locator('.mistakes').innerText()).toContain(t('code-page.mistake.over'));
    await press(page, page.getByRole('button', { name: t('code-page.resend') }));
    await give(page, await codeBySms());
    await request.finish(page.url());
  });

  it('presses Back, and forward again, and goes on', async () => {
    const { page, request } = await signInOnNewDevice();
    const code = await codeBySms();
    await page.goBack();
    expect(await headingOf(page)).toBe(t('sign-in.title'));
    await page.goForward();
    expect(await headingOf(page)).toBe(t('code-page.title'));
    await give(page, code);
    await request.finish(page.url());
    await page.goBack();
    expect(await codeField(page).count()).toBe(0); // the code page is over and does not come back
  });

  it('has two tabs: the newer one goes on, the older one begins again', async () => {
    const { page: older, request } = await signInOnNewDevice();
    const { page: newer, request: second } = await signInOnNewDevice({ page: await older.context().newPage() });
    await give(newer, await codeBySms());
    await second.finish(newer.url());

    await give(older, '123456');
    expect(await headingOf(older)).toBe(t('sign-in.title'));
    await forgetSends(idp);
    await signInAs(older, anna);
    await give(older, await codeBySms());
    await request.finish(older.url());
  });

  it('opens the address in another browser and finds nothing there', async () => {
    const { page } = await signInOnNewDevice();
    const elsewhere = await browser.newPerson({ locale, javaScript });
    await elsewhere.goto(page.url());
    expect(await codeField(elsewhere).count()).toBe(0);
    expect(await elsewhere.content()).not.toContain('•••');
  });

  it('ticks the box, and is asked no more in this browser', async () => {
    const { page, request } = await signInOnNewDevice();
    await page.locator('input[name="remember_browser"]').check();
    await give(page, await codeBySms());
    await request.finish(page.url());

    const { request: next } = await signInOnNewDevice({ page });
    expect((await next.finish(page.url())).claims()).toMatchObject({ amr: ['pwd'] });
    await signInOnNewDevice({ page, person: citizen('ivan') });
    expect(await headingOf(page)).toBe(t('code-page.title'));
  });
});
