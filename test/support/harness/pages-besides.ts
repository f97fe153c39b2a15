// Where people come besides: the way out, dead ends, refusals, and what only a sandbox has.
import { mainButton, press, signInAs } from '../browser.ts';
import { citizen } from '../people.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

export const pagesBesides = (
  { service, guarded, elsewhere }: World,
  { at, openSignIn, openCodePage, openPath, sendSpoiled, openDemo }: Ways,
): ReachedPage[] => [
  { what: 'gone', heading: 'gone.title', open: (locale) => openPath('/interaction/never-was', locale) },
  {
    what: 'gone, of a known service',
    heading: 'gone.title',
    open: async (locale) => {
      const { page } = await openSignIn(locale);
      const stop = new URL(page.url()).pathname;
      return openPath(stop, locale, 'another');
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
      const person = await openCodePage(locale);
      const { page } = person;
      await page.goto(at('/sandbox/outbox', locale, guarded));
      return person;
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
    open: (locale) => openPath(`${elsewhere}/`, locale),
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
      const person = await openDemo(locale, 'a visitor of the demo');
      const { page } = person;
      if ((await page.locator('a[href="/sign-out"]').count()) > 0) return person;
      await press(page, page.locator('a.main'));
      await signInAs(page, citizen('emily'));
      await press(page, mainButton(page));
      return person;
    },
  },
];
