// What people do in a real browser, with JavaScript and without.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  cancelButton,
  codeField,
  identifierField,
  mainButton,
  openBrowser,
  passwordField,
  pinField,
  press,
  signInAs,
  type Browser,
} from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';

let idp: TestCivicId;
/** The same with codes for new browsers. */
let guarded: TestCivicId;
let browser: Browser;
const sites: CallbackService[] = [];
/** Answers of the provider that no journey may ever see. */
const breakdowns: string[] = [];

beforeAll(async () => {
  [idp, guarded] = await Promise.all([startCivicId({ demo: true }), startCivicId({ newDeviceCodes: true })]);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await Promise.all(sites.map((site) => site.close()));
  await Promise.all([idp.stop(), guarded.stop()]);
});
afterEach(() => {
  expect(breakdowns.splice(0)).toEqual([]);
});

const newSite = async (options?: { sendsOnTo: string }): Promise<CallbackService> => {
  const site = await startCallbackService(options);
  sites.push(site);
  return site;
};

/** A registered service with a site of its own. */
const newService = async ({ sendsOnTo, provider = idp }: { sendsOnTo?: string; provider?: TestCivicId } = {}) => {
  const site = await newSite(sendsOnTo === undefined ? undefined : { sendsOnTo });
  const metadata = serviceMetadata({
    redirect_uris: [site.callback],
    client_uri: `${site.origin}/`,
  });
  await provider.register(metadata);
  return { site, name: metadata.client_name, begin: createRelyingParty(provider.issuer, metadata).begin };
};

const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();
const isFocused = (page: Page, selector: string): Promise<boolean> => page.locator(`${selector}:focus`).isVisible();

describe.each([
  { how: 'with JavaScript', javaScript: true },
  { how: 'without JavaScript', javaScript: false },
])('a person $how', ({ javaScript }) => {
  const newPerson = async (): Promise<Page> => {
    const page = await browser.newPerson({ javaScript });
    page.context().on('response', (response) => {
      if (response.status() >= 500) breakdowns.push(`${response.status()} ${response.url()}`);
    });
    return page;
  };

  it('opens a service, signs in, sees what the service will learn, allows it and is back, signed in', async () => {
    const service = await newService();
    const request = await service.begin();
    const page = await newPerson();

    await page.goto(request.url);
    expect(await page.locator('.service').innerText()).toContain(service.name);
    await signInAs(page, citizen('anna'));

    expect(await headingOf(page)).toBe('What the service will learn about you');
    expect(await page.locator('.facts').innerText()).toContain('anna@example.org');
    await press(page, mainButton(page));

    expect(await headingOf(page)).toBe('Signed in');
    expect((await request.finish(page.url())).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it('needs no password at a second service', async () => {
    const page = await newPerson();
    await page.goto((await (await newService()).begin()).url);
    await signInAs(page, citizen('ivan'));
    await press(page, mainButton(page));

    const second = await newService();
    const request = await second.begin();
    await page.goto(request.url);
    expect(await passwordField(page).count()).toBe(0);
    expect(await page.locator('.service').innerText()).toContain(second.name);
    await press(page, mainButton(page));
    await request.finish(page.url());
  });

  it('can say no, at the sign-in and at the consent, and the service learns only that', async () => {
    const service = await newService();
    const page = await newPerson();

    await page.goto((await service.begin()).url);
    await press(page, cancelButton(page));
    expect(await headingOf(page)).toBe('access_denied');

    await page.goto((await service.begin()).url);
    await signInAs(page, citizen('olga'));
    await press(page, cancelButton(page));
    expect(await headingOf(page)).toBe('access_denied');
    expect(service.site.arrivals.join()).not.toContain('code=');
  });

  it('mistypes the password, is told so, and gets in with the right one', async () => {
    const page = await newPerson();
    await page.goto((await (await newService()).begin()).url);
    await signInAs(page, { ...citizen('ivan'), password: 'ivan-walks-to-the-park' });

    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('.mistakes').innerText()).toContain('Wrong login or password');
    expect(await identifierField(page).inputValue()).toBe(citizen('ivan').phone);
    expect(await passwordField(page).inputValue()).toBe('');
    expect(await isFocused(page, '.mistakes')).toBe(javaScript);

    await page.locator('.mistakes a').click();
    expect(await isFocused(page, 'input[name="identifier"]')).toBe(true);

    await passwordField(page).fill(citizen('ivan').password);
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe('What the service will learn about you');
  });

  it('guesses ten times, then has to wait and is told how long', async () => {
    const page = await newPerson();
    const stranger = { ...citizen('anna'), phone: null, email: `stranger-${String(javaScript)}@example.org` };
    await page.goto((await (await newService()).begin()).url);
    for (let tries = 1; tries < 10; tries += 1) await signInAs(page, stranger);
    expect(await page.locator('.mistakes').count()).toBe(1);

    await signInAs(page, stranger);
    const notice = page.locator('.notice[role="alert"]');
    expect(await notice.innerText()).toMatch(/Wait\s+\d+\sseconds[\s\d:]*and try again/);
    expect(await identifierField(page).inputValue()).toBe(stranger.email);
    expect(await isFocused(page, '.notice')).toBe(javaScript);
  });

  it('signs in to two services in two tabs', async () => {
    const [first, second] = await Promise.all([newService(), newService()]);
    const [firstRequest, secondRequest] = await Promise.all([first.begin(), second.begin()]);
    const tab = await newPerson();
    const otherTab = await tab.context().newPage();
    await tab.goto(firstRequest.url);
    await otherTab.goto(secondRequest.url);

    for (const page of [tab, otherTab]) {
      await signInAs(page, citizen('emily'));
      await press(page, mainButton(page));
    }
    await firstRequest.finish(tab.url());
    await secondRequest.finish(otherTab.url());
  });

  it('presses Back after the sign-in and finds a way on', async () => {
    const service = await newService();
    const page = await newPerson();
    await page.goto((await service.begin()).url);
    await signInAs(page, citizen('joao'));

    await page.goBack();
    expect(await headingOf(page)).toBe('This sign-in page no longer works');
    await page.goForward();
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe('Signed in');

    await page.goBack();
    expect(await headingOf(page)).toBe('This sign-in page no longer works');
    await press(page, page.getByRole('link', { name: `Back to ${service.name}` }));
    expect(new URL(page.url()).origin).toBe(service.site.origin);
  });

  it('comes back to a page that is too old and is told where to start again', async () => {
    const service = await newService();
    const page = await newPerson();
    await page.goto((await service.begin()).url);
    await idp.age(61);
    await signInAs(page, citizen('olga'));

    expect(await headingOf(page)).toBe('This sign-in page no longer works');
    await press(page, page.getByRole('link', { name: `Back to ${service.name}` }));
    expect(new URL(page.url()).origin).toBe(service.site.origin);
  });

  it('changes the language in the middle and goes on in it', async () => {
    const page = await newPerson();
    await page.goto((await (await newService()).begin({ ui_locales: 'en' })).url);
    await press(page, page.getByRole('button', { name: 'Русский' }));
    expect(await headingOf(page)).toBe('Вход');

    await press(page, mainButton(page));
    expect(await page.title()).toMatch(/^Ошибка: /);
    await press(page, page.getByRole('button', { name: 'Português' }));
    expect(await headingOf(page)).toBe('Entrar');

    await signInAs(page, citizen('joao'));
    expect(await headingOf(page)).toBe('O que o serviço fica a saber de si');
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe('Signed in');
  });

  it('is asked for a code on a new browser, and not again when the browser is remembered', async () => {
    const service = await newService({ provider: guarded });
    const person = citizen(javaScript ? 'anna' : 'ivan');
    const page = await newPerson();
    await page.goto((await service.begin()).url);
    await signInAs(page, person);
    await codeField(page).fill('12');
    await press(page, mainButton(page));
    expect(await page.title()).toMatch(/^Error: /);

    const phone = await page.context().newPage();
    await phone.goto(new URL('/sandbox/outbox', guarded.issuer).href);
    await codeField(page).fill(await phone.locator('code.big').first().innerText());
    await page.locator('[name="remember_browser"]').check();
    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe('What the service will learn about you');

    await page.goto((await service.begin({ prompt: 'login' })).url);
    await signInAs(page, person);
    expect(await headingOf(page)).toBe('What the service will learn about you');
  });

  it('is led on to a third origin by the service, which no policy of ours stands against', async () => {
    const third = await newSite();
    const service = await newService({ sendsOnTo: third.callback });
    const page = await newPerson();
    await page.goto((await service.begin()).url);
    await signInAs(page, citizen('dmitry'));
    await press(page, mainButton(page));

    expect(await headingOf(page)).toBe('Signed in');
    expect(new URL(page.url()).origin).toBe(third.origin);
  });

  it('presses "Sign in" twice in a hurry and is signed in once', async () => {
    const page = await newPerson();
    await page.goto((await (await newService()).begin()).url);
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(request.url());
    });
    await page.route('**/sign-in', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue().catch(() => undefined); // the second press calls the first request off
    });

    await identifierField(page).fill(citizen('anna').phone ?? '');
    await passwordField(page).fill(citizen('anna').password);
    await mainButton(page).dblclick();
    await page.getByRole('heading', { name: 'What the service will learn about you' }).waitFor();
    if (javaScript) expect(posts).toHaveLength(1);
  });

  it('tries the demo service: from the home page to the sign-in, a payment confirmed with the PIN, the sign-out', async () => {
    const person = citizen(javaScript ? 'emily' : 'joao');
    const page = await newPerson();
    await page.goto(idp.issuer.href);
    await press(page, page.getByRole('link', { name: 'Try it with a practice service' }));
    await press(page, page.getByRole('link', { name: 'English' }));
    await press(page, page.getByRole('link', { name: 'Sign in with Civic ID' }));
    await signInAs(page, person);
    await press(page, mainButton(page));

    expect(await headingOf(page)).toBe(`Hello, ${person.profile.givenName}`);
    expect(await page.locator('pre').allInnerTexts()).toEqual([
      expect.stringContaining('"acr": "urn:civic-id:acr:password"'),
      expect.stringContaining(`"${person.email ?? ''}"`),
      expect.stringContaining('openid profile email phone'),
    ]);

    await press(page, page.getByRole('link', { name: /^Pay/ }));
    await pinField(page).fill('0000');
    await press(page, mainButton(page));
    expect(await page.title()).toMatch(/^Error: /);
    expect(await pinField(page).inputValue()).toBe('');
    await pinField(page).fill(person.pin ?? '');
    await press(page, mainButton(page));
    expect(await page.getByRole('status').innerText()).toBe('The payment is confirmed with the PIN');

    await press(page, page.getByRole('link', { name: 'Sign out' }));
    expect(await headingOf(page)).toBe('Sign out?');
    await press(page, mainButton(page));
    expect(new URL(page.url()).origin).toBe(idp.demoUrl);

    await press(page, page.getByRole('link', { name: 'Sign in with Civic ID' }));
    expect(await headingOf(page)).toBe('Sign in');
    await press(page, cancelButton(page));
    expect(await page.getByRole('status').innerText()).toContain('You chose not to sign in');
  });
});

describe('a password field', () => {
  const openSignIn = async (javaScript: boolean): Promise<Page> => {
    const page = await browser.newPerson({ javaScript });
    await page.goto((await (await newService()).begin()).url);
    return page;
  };

  it('shows the password while the person wants to see it, and never sends it as a plain text field', async () => {
    const page = await openSignIn(true);
    const button = page.getByRole('button', { name: 'Show password' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(await passwordField(page).getAttribute('type')).toBe('text');

    await page.evaluate("addEventListener('submit', (event) => event.preventDefault())");
    await mainButton(page).click();
    expect(await passwordField(page).getAttribute('type')).toBe('password');
  });

  it('has no such button where it could not work', async () => {
    const page = await openSignIn(false);
    expect(await page.locator('main button').allInnerTexts()).toEqual(['Sign in', 'Do not sign in']);
  });
});
