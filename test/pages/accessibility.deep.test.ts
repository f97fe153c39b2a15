// Every page where people meet it on their way, in every language: nobody is shut out (UX-02, 05, 07, 13…16, 19).
import { afterAll, describe, expect, it } from '@jest/globals';
import { pageViews, readRows, viewNames } from '../support/harness/gallery.ts';
import { judgePage, judgeSight } from '../support/harness/judge-page.ts';
import { pagesBesides } from '../support/harness/pages-besides.ts';
import { pagesOfAccount } from '../support/harness/pages-of-account.ts';
import { pagesOfBrowsers } from '../support/harness/pages-of-browsers.ts';
import { pagesOfServices } from '../support/harness/pages-of-services.ts';
import { pagesOfLeaving } from '../support/harness/pages-of-leaving.ts';
import { pagesOfPasskeys } from '../support/harness/pages-of-passkeys.ts';
import { pagesOfFactors } from '../support/harness/pages-of-factors.ts';
import { pagesOfRecovery } from '../support/harness/pages-of-recovery.ts';
import { pagesOfNotMe } from '../support/harness/pages-of-not-me.ts';
import { pagesOfLevel } from '../support/harness/pages-of-level.ts';
import { pagesOfContacts } from '../support/harness/pages-of-contacts.ts';
import { pagesOfPin } from '../support/harness/pages-of-pin.ts';
import { pagesOfRegistration } from '../support/harness/pages-of-registration.ts';
import { pagesOnTheWay } from '../support/harness/pages-on-the-way.ts';
import { createWays } from '../support/harness/ways.ts';
import { startWorld } from '../support/harness/world.ts';
import { citizen } from '../support/people.ts';
import { locales } from '../../src/web/index.ts';

// A table of tests needs its rows before the first test runs.
const world = await startWorld();
const { idp } = world;
const ways = createWays(world);
const pages = [
  ...pagesOnTheWay(world, ways),
  ...pagesOfRegistration(world, ways),
  ...pagesOfLevel(world, ways),
  ...pagesOfPin(world, ways),
  ...pagesOfContacts(world, ways),
  ...pagesOfFactors(world, ways),
  ...pagesOfPasskeys(world, ways),
  ...pagesOfRecovery(world, ways),
  ...pagesOfNotMe(world, ways),
  ...pagesOfAccount(world, ways),
  ...pagesOfBrowsers(world, ways),
  ...pagesOfServices(world, ways),
  ...pagesOfLeaving(world, ways),
  ...pagesBesides(world, ways),
];
const headings = new Set<string>();

afterAll(() => world.close());

describe('every page', () => {
  it.each(pages)(
    'is for everybody: $what',
    async ({ what, heading, name = citizen('emily').profile.givenName, open }) => {
      for (const locale of locales) {
        const { page, watch } = await open(locale);
        const t = idp.app.web.texts[locale];
        const wanted = t(heading, { name });
        expect(await page.locator('h1').allInnerTexts()).toEqual([wanted]);
        if (locale === 'ru') headings.add(wanted);

        const isOurs = !what.startsWith('demo');
        const judged = isOurs ? judgePage(page, watch, { t, locale, deployment: 'Civic ID' }) : judgeSight(page);
        expect({ locale, problems: [...(await judged), ...watch.takeProblems()] }).toEqual({ locale, problems: [] });
      }
    },
  );

  it('is met by somebody', async () => {
    const { page } = await world.personOf('viewer');
    const met = new Set<string>();
    for (const { href, view } of await readRows(idp)) {
      await page.goto(ways.at(href, 'ru'));
      if (headings.has(await page.locator('h1').innerText())) met.add(view);
    }
    expect(pageViews(viewNames()).filter((view) => !met.has(view))).toEqual([]);
  }, 180_000);
});

describe('the keyboard alone', () => {
  it('signs in, sees at every step where it is, and meets everything in the order of the page', async () => {
    const { page } = await world.personOf('typist');
    await page.goto((await world.service.begin({ ui_locales: 'en' })).url);
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
      'Sign in with a passkey',
    ]);

    await page.keyboard.press('Shift+Tab');
    await pressEnter();
    while ((await page.locator('button.main:focus').count()) === 0) await step();
    await pressEnter();
    expect(await page.locator('h1').innerText()).toBe('Signed in');
  });
});
