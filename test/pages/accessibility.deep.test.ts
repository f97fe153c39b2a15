// Every page, in every language, light and dark, on the smallest phone and in large letters: nobody is shut out (UX-02, 05, 07, 13…16, 19).
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import {
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
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';
import { locales, type Locale } from '../../src/web/index.ts';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const heaviestPage = 50_000;
const fingerTip = 44;

let idp: TestCivicId;
let browser: Browser;
/** The same with codes for new browsers. */
let guarded: TestCivicId;
let site: CallbackService;
let service: RelyingParty;
let ownService: RelyingParty;
let guardedService: RelyingParty;
/** Origins that any page of a person here has asked anything of. */
const askedOrigins = new Set<string>();

const newPerson = async (): Promise<Page> => {
  const page = await browser.newPerson({ locale: 'ru' });
  page.on('request', (request) => askedOrigins.add(new URL(request.url()).origin));
  return page;
};

const people = new Map<string, Page>();
/** The same page for the same person, so that a state is reached once. */
const pageOf = async (who: string): Promise<Page> => {
  const page = people.get(who) ?? (await newPerson());
  people.set(who, page);
  return page;
};

beforeAll(async () => {
  [idp, guarded] = await Promise.all([startCivicId({ demo: true }), startCivicId({ newDeviceCodes: true })]);
  browser = await openBrowser();
  site = await startCallbackService();
  const metadata = {
    client_name: 'Портал государственных и муниципальных услуг Примерской области',
    client_uri: site.origin,
    redirect_uris: [site.callback],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  service = await newService(idp, metadata);
  ownService = await newService(idp, { ...metadata, first_party: true });
  guardedService = await newService(guarded, metadata);
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await Promise.all([idp.stop(), guarded.stop()]);
});

const at = (path: string, locale: Locale, { issuer } = idp): string => {
  const address = new URL(path, issuer);
  address.searchParams.set('lang', locale);
  return address.href;
};

/** Where a person stands after `begin`; reached once, opened again in each language. */
const stops = new Map<string, string>();
const stopOf = async (name: string, page: Page, begin: () => Promise<void>): Promise<string> => {
  const known = stops.get(name);
  if (known !== undefined) return known;
  await begin();
  const stop = new URL(page.url()).pathname;
  stops.set(name, stop);
  return stop;
};

const openSignIn = async (locale: Locale, who = 'somebody'): Promise<Page> => {
  const page = await pageOf(who);
  const stop = await stopOf(`sign-in ${who}`, page, async () => {
    await page.goto((await service.begin()).url);
  });
  await page.goto(at(stop, locale));
  return page;
};

const openPinPage = async (locale: Locale, id: string, further = ''): Promise<Page> => {
  const page = await pageOf(id);
  const stop = await stopOf(`pin ${id}`, page, async () => {
    await page.goto((await ownService.begin({ acr_values: 'urn:civic-id:acr:pin' })).url);
    if ((await passwordField(page).count()) > 0) await signInAs(page, citizen(id));
  });
  await page.goto(at(stop + further, locale));
  return page;
};

const openCodePage = async (locale: Locale): Promise<Page> => {
  const page = await pageOf('guarded');
  const stop = await stopOf('code', page, async () => {
    await page.goto((await guardedService.begin()).url);
    await signInAs(page, citizen('anna'));
  });
  await page.goto(at(stop, locale, guarded));
  return page;
};

const openPath = async (path: string, locale: Locale, who = 'somebody'): Promise<Page> => {
  const page = await pageOf(who);
  await page.goto(at(path, locale));
  return page;
};

/** Sends the sign-in form after something was done to it. */
const sendSpoiled = async (locale: Locale, spoil: (form: Locator) => Promise<unknown>): Promise<Page> => {
  const page = await openSignIn(locale);
  await spoil(page.locator('form'));
  await press(page, mainButton(page));
  return page;
};

const openDemo = async (locale: Locale, who: string): Promise<Page> => {
  const page = await pageOf(who);
  await page.goto(`${String(idp.demoUrl)}/?ui_locales=${locale}`);
  return page;
};

interface PageToTry {
  what: string;
  /** The text of its h1: proof that it is this page and no other. */
  heading: string;
  open: (locale: Locale) => Promise<Page>;
}

const pages: PageToTry[] = [
  { what: 'home', heading: 'home.title', open: (locale) => openPath('/', locale) },
  { what: 'sign-in', heading: 'sign-in.title', open: (locale) => openSignIn(locale) },
  {
    what: 'sign-in with nothing typed',
    heading: 'sign-in.title',
    open: (locale) => sendSpoiled(locale, async () => undefined),
  },
  {
    what: 'sign-in with a wrong password',
    heading: 'sign-in.title',
    open: async (locale) => {
      const page = await openSignIn(locale);
      await signInAs(page, { ...citizen('viktor'), password: 'a wrong one' });
      return page;
    },
  },
  {
    what: 'sign-in that has to wait',
    heading: 'sign-in.title',
    open: async (locale) => {
      const page = await openSignIn(locale);
      const stranger = { ...citizen('anna'), phone: '+7 900 999-99-99' };
      do await signInAs(page, stranger);
      while ((await page.locator('.notice.warn').count()) === 0);
      return page;
    },
  },
  { what: 'code', heading: 'code-page.title', open: openCodePage },
  {
    what: 'code with a mistake',
    heading: 'code-page.title',
    open: async (locale) => {
      const page = await openCodePage(locale);
      await codeField(page).fill('12');
      await press(page, mainButton(page));
      return page;
    },
  },
  {
    what: 'code that has just been sent',
    heading: 'code-page.title',
    open: async (locale) => {
      const page = await openCodePage(locale);
      await press(page, page.locator('button[value="resend"]'));
      return page;
    },
  },
  {
    what: 'consent',
    heading: 'consent.title',
    open: async (locale) => {
      const page = await pageOf('anna');
      const stop = await stopOf('consent', page, async () => {
        const scope = 'openid profile email phone address snils inn documents assurance offline_access';
        await page.goto((await service.begin({ scope, prompt: 'consent' })).url);
        await signInAs(page, citizen('anna'));
      });
      await page.goto(at(stop, locale));
      return page;
    },
  },
  { what: 'PIN', heading: 'pin-page.title', open: (locale) => openPinPage(locale, 'ivan') },
  {
    what: 'PIN with a mistake',
    heading: 'pin-page.title',
    open: async (locale) => {
      const page = await openPinPage(locale, 'ivan');
      await pinField(page).fill('12');
      await press(page, mainButton(page));
      return page;
    },
  },
  { what: 'PIN forgotten', heading: 'pin-page.forgot.title', open: (locale) => openPinPage(locale, 'ivan', '/forgot') },
  { what: 'no PIN yet', heading: 'pin-page.none.title', open: (locale) => openPinPage(locale, 'olga') },
  { what: 'PIN locked', heading: 'pin-page.locked.title', open: (locale) => openPinPage(locale, 'dmitry') },
  { what: 'gone', heading: 'gone.title', open: (locale) => openPath('/interaction/never-was', locale) },
  {
    what: 'gone, of a known service',
    heading: 'gone.title',
    open: async (locale) => {
      await openSignIn(locale);
      return openPath(stops.get('sign-in somebody') ?? '', locale, 'another');
    },
  },
  {
    what: 'signing out of everything',
    heading: 'sign-out.confirm.title',
    open: (locale) => openPath('/session/end', locale, 'anna'),
  },
  {
    what: 'signing out of a service',
    heading: 'sign-out.confirm.title',
    open: (locale) => openPath(`/session/end?client_id=${service.metadata.client_id}`, locale, 'anna'),
  },
  {
    what: 'signed out of everything',
    heading: 'sign-out.done.title',
    open: (locale) => openPath('/session/end/success', locale),
  },
  {
    what: 'signed out of a service',
    heading: 'sign-out.done.title',
    open: (locale) => openPath(`/session/end/success?client_id=${service.metadata.client_id}`, locale),
  },
  {
    what: 'test citizens',
    heading: 'sandbox.citizens.title',
    open: (locale) => openPath('/sandbox/citizens', locale),
  },
  { what: 'outbox', heading: 'sandbox.outbox.title', open: (locale) => openPath('/sandbox/outbox', locale) },
  {
    what: 'outbox with a message',
    heading: 'sandbox.outbox.title',
    open: async (locale) => {
      const page = await openCodePage(locale);
      await page.goto(at('/sandbox/outbox', locale, guarded));
      return page;
    },
  },
  {
    what: 'a malformed form',
    heading: 'errors.bad-request.heading',
    open: (locale) => sendSpoiled(locale, (form) => form.evaluate((it) => (it.elements.password.name = 'strange'))),
  },
  {
    what: 'a form of another browser',
    heading: 'errors.csrf.heading',
    open: (locale) => sendSpoiled(locale, (form) => form.evaluate((it) => (it.elements.csrf.value = 'strange'))),
  },
  { what: 'no such page', heading: 'errors.not-found.heading', open: (locale) => openPath('/nothing-here', locale) },
  {
    what: 'a form sent to a page that takes none',
    heading: 'errors.method-not-allowed.heading',
    open: (locale) => sendSpoiled(locale, (form) => form.evaluate((it) => (it.action = '/'))),
  },
  {
    what: 'a form that is too large',
    heading: 'errors.too-large.heading',
    open: (locale) => sendSpoiled(locale, (form) => form.locator('#password').fill('x'.repeat(20_000))),
  },
  {
    what: 'a form of another kind',
    heading: 'errors.unsupported-form.heading',
    open: (locale) => sendSpoiled(locale, (form) => form.evaluate((it) => (it.enctype = 'multipart/form-data'))),
  },
  {
    what: 'an address that is not ours',
    heading: 'errors.misdirected.heading',
    open: (locale) => openPath(`http://127.0.0.1:${idp.issuer.port}/`, locale),
  },
  {
    what: 'a service that nobody knows',
    heading: 'errors.protocol.invalid_client.heading',
    open: (locale) => openPath('/auth?client_id=nobody', locale),
  },
  {
    what: 'a request that cannot be answered',
    heading: 'errors.protocol.invalid_redirect_uri.heading',
    open: async (locale) =>
      openPath((await service.begin({ redirect_uri: 'https://elsewhere.example.org/callback' })).url, locale),
  },
  { what: 'demo', heading: 'demo.heading', open: (locale) => openDemo(locale, 'somebody') },
  {
    what: 'demo, signed in',
    heading: 'demo.hello',
    open: async (locale) => {
      const page = await openDemo(locale, 'emily');
      if ((await page.locator('a[href="/sign-out"]').count()) > 0) return page;
      await press(page, page.locator('a.main'));
      await signInAs(page, citizen('emily'));
      await press(page, mainButton(page));
      return page;
    },
  },
];

type Violations = { id: string; nodes: { html: string }[] }[];
const describeViolations = (violations: Violations): string[] =>
  violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ html }) => html).join(' ')}`);

const findAxeProblems = async (page: Page): Promise<string[]> => {
  const axe = new AxeBuilder({ page }).options({ runOnly: wcag, resultTypes: ['violations'] }).setLegacyMode();
  return describeViolations((await axe.analyze()).violations);
};

/** For a page that axe has been brought into: only what can differ between light and dark. */
const findDarkProblems = async (page: Page): Promise<string[]> => {
  const rules = JSON.stringify({ runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations'] });
  await page.emulateMedia({ colorScheme: 'dark' });
  const { violations } = await page.evaluate<{ violations: Violations }>(`axe.run(${rules})`);
  await page.emulateMedia({ colorScheme: 'light' });
  return describeViolations(violations);
};

const wear = (page: Page, css: string): Promise<void> =>
  page.locator('html').evaluate((html, rules) => {
    const sheet = new html.ownerDocument.defaultView.CSSStyleSheet();
    sheet.replaceSync(rules);
    html.ownerDocument.adoptedStyleSheets = [sheet];
  }, css);

const overflowOf = (page: Page): Promise<number> =>
  page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);

const spacious =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }';

const findSidewaysScrolling = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  await page.setViewportSize({ width: 320, height: 640 });
  if ((await overflowOf(page)) > 0) problems.push('scrolls sideways at 320 px');
  await wear(page, spacious);
  if ((await overflowOf(page)) > 0) problems.push('scrolls sideways with text spaced out');
  await wear(page, 'html { font-size: 212.5% }');
  if ((await overflowOf(page)) > 0) problems.push('scrolls sideways with text of 200 %');
  await wear(page, '');
  await page.setViewportSize({ width: 390, height: 800 });
  return problems;
};

/** A box to tick is as large as the label around it. */
const targets =
  'button, .button, input:not([type="hidden"], [type="checkbox"]), label:has([type="checkbox"]), .languages a';

/** What a finger must hit: from the middle, half its height up and down still belongs to the target. */
const findSmallTargets = (page: Page): Promise<string[]> =>
  page.locator(targets).evaluateAll(
    (elements, size) =>
      elements.flatMap((target) => {
        target.scrollIntoView({ block: 'center' });
        const box: Record<'x' | 'y' | 'width' | 'height', number> = target.getBoundingClientRect();
        const ends = [(box.height - size + 1) / 2, (box.height + size - 1) / 2].map((end) => box.y + end);
        const isHit = ends.every((end) =>
          target.contains(target.ownerDocument.elementFromPoint(box.x + box.width / 2, end)),
        );
        return isHit && box.width >= size ? [] : [`small target: ${target.outerHTML}`];
      }),
    fingerTip,
  );

const weights = new Map<string, number>();
const weigh = async (url: string): Promise<number> => {
  const weight = weights.get(url) ?? (await (await fetch(url)).arrayBuffer()).byteLength;
  weights.set(url, weight);
  return weight;
};
const weightOf = async (page: Page): Promise<number> => {
  const parts = await page
    .locator('link[href], script[src], img[src]')
    .evaluateAll((elements) => elements.map((element) => element.href ?? element.src));
  const own = Buffer.byteLength(await page.content());
  return (await Promise.all(parts.map(weigh))).reduce((sum, part) => sum + part, own);
};

describe('every page', () => {
  it.each(pages)('is for everybody: $what', async ({ heading, open }) => {
    for (const locale of locales) {
      const page = await open(locale);
      expect(await page.locator('h1').allInnerTexts()).toEqual([
        idp.app.web.texts[locale](heading, { name: citizen('emily').profile.givenName }),
      ]);
      const problems = [
        ...(await findAxeProblems(page)),
        ...(await findDarkProblems(page)),
        ...(await findSidewaysScrolling(page)),
        ...(await findSmallTargets(page)),
      ];

      expect({ locale, problems }).toEqual({ locale, problems: [] });
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
      expect(await weightOf(page)).toBeLessThanOrEqual(heaviestPage);
    }
  });

  it('asks nothing of anybody else', () => {
    const own = [
      idp.issuer.origin,
      guarded.issuer.origin,
      `http://127.0.0.1:${idp.issuer.port}`,
      String(idp.demoUrl),
      site.origin,
    ];
    expect([...askedOrigins].filter((origin) => !own.includes(origin))).toEqual([]);
  });
});

describe('fields', () => {
  const attributesOf = (field: Locator, names: string[]): Promise<Record<string, string | null>> =>
    field.evaluate(
      (element, wanted) => Object.fromEntries(wanted.map((name) => [name, element.getAttribute(name)])),
      names,
    );

  it('say to browser and password manager what belongs in them (UX-02)', async () => {
    const page = await openSignIn('ru');
    const names = ['type', 'autocomplete', 'autocapitalize', 'spellcheck', 'inputmode', 'maxlength'];
    expect(await attributesOf(identifierField(page), names)).toEqual({
      type: 'text',
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      inputmode: null,
      maxlength: null,
    });
    expect(await attributesOf(passwordField(page), names)).toEqual({
      type: 'password',
      autocomplete: 'current-password',
      autocapitalize: 'none',
      spellcheck: 'false',
      inputmode: null,
      maxlength: null,
    });
  });

  it('keep the PIN from password managers and open the numeric keyboard (UX-05)', async () => {
    const page = await openPinPage('ru', 'ivan');
    const names = ['type', 'autocomplete', 'inputmode', 'maxlength'];
    expect(await attributesOf(pinField(page), names)).toEqual({
      type: 'password',
      autocomplete: 'off',
      inputmode: 'numeric',
      maxlength: null,
    });
  });

  it('let the phone fill in a code (UX-04)', async () => {
    const names = ['type', 'autocomplete', 'inputmode', 'pattern', 'maxlength'];
    expect(await attributesOf(codeField(await openCodePage('ru')), names)).toEqual({
      type: 'text',
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
      pattern: '[0-9]*',
      maxlength: null,
    });
  });

  it('say what is wrong with them above the form and beside them, in the same words (UX-07)', async () => {
    const page = await sendSpoiled('ru', async () => undefined);
    expect(await page.title()).toMatch(/^Ошибка: /);
    expect(await page.locator('.mistakes:focus').count()).toBe(1);
    expect(await attributesOf(page.locator('.mistakes'), ['role', 'tabindex'])).toEqual({
      role: 'alert',
      tabindex: '-1',
    });

    for (const name of ['identifier', 'password']) {
      const field = page.locator(`#${name}`);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      const about = page.locator(`#${String(await field.getAttribute('aria-describedby'))}`);
      const link = page.locator(`.mistakes a[href="#${name}"]`);
      expect(await about.innerText()).toBe(await link.innerText());
      await link.click();
      expect(await page.locator(`#${name}:focus`).count()).toBe(1);
    }
  });
});

describe('the keyboard alone', () => {
  it('signs in, sees at every step where it is, and meets everything in the order of the page', async () => {
    const page = await newPerson();
    await page.goto((await service.begin({ ui_locales: 'en' })).url);
    const focused = page.locator(':focus');
    const met: string[] = [];
    const step = async (): Promise<void> => {
      await page.keyboard.press('Tab');
      const { outlineStyle, outlineWidth } = await focused.evaluate((element) =>
        element.ownerDocument.defaultView.getComputedStyle(element),
      );
      expect({ outlineStyle, outlineWidth }).toEqual({ outlineStyle: 'solid', outlineWidth: '3px' });
      expect(await focused.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
      met.push(await focused.evaluate((element) => element.name || element.textContent.trim()));
    };

    const pressEnter = async (): Promise<void> => {
      await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
      await page.waitForLoadState();
    };

    while (met.at(-1) !== 'identifier') await step();
    await page.keyboard.type(citizen('anna').email ?? '');
    await step();
    await page.keyboard.type(citizen('anna').password);
    for (let more = 0; more < 3; more += 1) await step();
    expect(met).toEqual([
      'Skip to content',
      'Civic ID',
      'РусРусский',
      'PortPortuguês',
      'identifier',
      'password',
      'Show',
      'Sign in',
      'action',
    ]);

    await page.keyboard.press('Shift+Tab');
    await pressEnter();
    while ((await page.locator('button.main:focus').count()) === 0) await step();
    await pressEnter();
    expect(await page.locator('h1').innerText()).toBe('Signed in');
  });
});
