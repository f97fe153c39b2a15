// Where people come on their way from a service and back: signing in, a code, consent, a PIN.
import { codeField, mainButton, pinField, press, signInAs } from '../browser.ts';
import { citizen } from '../people.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { Ways } from './ways.ts';
import type { Person, World } from './world.ts';

export interface ReachedPage {
  what: string;
  /** The text of its h1: proof that it is this page and no other. */
  heading: string;
  /** Whose name stands in it; Emily's where nobody's is said. */
  name?: string;
  open: (locale: Locale) => Promise<Person>;
}

export const pagesOnTheWay = (
  { service, personOf, stopOf }: World,
  { at, openSignIn, openPinPage, openCodePage, openUsedUpCode, openPath, sendSpoiled }: Ways,
): ReachedPage[] => [
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
      const person = await openSignIn(locale);
      const { page } = person;
      await signInAs(page, { ...citizen('viktor'), password: 'a wrong one' });
      return person;
    },
  },
  {
    what: 'sign-in that has to wait',
    heading: 'sign-in.title',
    open: async (locale) => {
      const person = await openSignIn(locale);
      const { page } = person;
      const stranger = { ...citizen('anna'), phone: '+7 900 999-99-99' };
      do await signInAs(page, stranger);
      while ((await page.locator('.notice.warn').count()) === 0);
      return person;
    },
  },
  { what: 'code', heading: 'code-page.title', open: openCodePage },
  {
    what: 'code with a mistake',
    heading: 'code-page.title',
    open: async (locale) => {
      const person = await openCodePage(locale);
      const { page } = person;
      await codeField(page).fill('12');
      await press(page, mainButton(page));
      return person;
    },
  },
  {
    what: 'code that has just been sent',
    heading: 'code-page.title',
    open: async (locale) => {
      const person = await openCodePage(locale);
      const { page } = person;
      await press(page, page.locator('button[value="resend"]'));
      return person;
    },
  },
  {
    what: 'consent',
    heading: 'consent.title',
    open: async (locale) => {
      const person = await personOf('anna');
      const { page } = person;
      const stop = await stopOf('consent', page, async () => {
        const scope = 'openid profile email phone address snils inn documents assurance offline_access';
        await page.goto((await service.begin({ scope, prompt: 'consent' })).url);
        await signInAs(page, citizen('anna'));
      });
      await page.goto(at(stop, locale));
      return person;
    },
  },
  { what: 'code used up', heading: 'code-page.used-up.title', open: openUsedUpCode },
  { what: 'PIN', heading: 'pin-page.title', open: (locale) => openPinPage(locale, 'ivan') },
  {
    what: 'PIN with a mistake',
    heading: 'pin-page.title',
    open: async (locale) => {
      const person = await openPinPage(locale, 'ivan');
      const { page } = person;
      await pinField(page).fill('12');
      await press(page, mainButton(page));
      return person;
    },
  },
  { what: 'PIN forgotten', heading: 'pin-page.forgot.title', open: (locale) => openPinPage(locale, 'ivan', '/forgot') },
  { what: 'no PIN yet', heading: 'pin-page.none.title', open: (locale) => openPinPage(locale, 'olga') },
  { what: 'PIN locked', heading: 'pin-page.locked.title', open: (locale) => openPinPage(locale, 'dmitry') },
];
