// Browsers and history on a phone, in Russian and in English, with JavaScript and without: somebody finds a stranger and shuts them out.
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const at = (path: string): string => new URL(path, idp.issuer).href;
const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();

describe.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'pt', javaScript: false },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, javaScript }) => {
  const t = (key: string, values?: Record<string, string>): string => idp.app.web.texts[locale](key, values);

  const looksRight = async (page: Page): Promise<void> => {
    if (!javaScript) return;
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);
    await page.setViewportSize({ width: 390, height: 800 });
    const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };

  const signedIn = async (person: Awaited<ReturnType<typeof newPerson>>, path = '/account/devices'): Promise<Page> => {
    const page = await browser.newPerson({ locale, javaScript });
    await page.goto(at(path));
    await signInAs(page, person);
    return page;
  };

  it('ends another sign-in, and all others; that browser is asked for its password', async () => {
    const person = await newPerson(idp);
    const other = await signedIn(person);
    const another = await signedIn(person);
    const page = await signedIn(person);
    expect(await headingOf(page)).toBe(t('devices.title'));
    await looksRight(page);

    await press(page, page.locator('button[name="end"]').first());
    expect(await page.locator('.notice.ok').innerText()).toBe(t('devices.done.ended'));
    await looksRight(page);
    expect(await page.locator('button[name="end"]').count()).toBe(1);

    await press(page, page.locator('button[name="end_others"]'));
    expect(await page.locator('.notice.ok').innerText()).toBe(t('devices.done.others-ended'));
    for (const gone of [other, another]) {
      await gone.reload();
      expect(await headingOf(gone)).toBe(t('sign-in.title'));
    }
    await page.reload();
    expect(await headingOf(page)).toBe(t('devices.title'));
  });

  it('reads the history and says “this was not me”', async () => {
    const person = await newPerson(idp);
    const stranger = await signedIn(person);
    const page = await signedIn(person, '/account/history');
    expect(await headingOf(page)).toBe(t('history.title'));
    await looksRight(page);

    await press(page, page.getByRole('link', { name: t('history.show.confirmations') }));
    expect(await page.locator('main').innerText()).toContain(t('history.none.group'));
    await press(page, page.getByRole('link', { name: t('history.show.all') }));
    await press(page, page.locator('.row a').first());
    expect(await headingOf(page)).toBe(t('not-me.ask.title'));
    await looksRight(page);

    await press(page, page.locator('button.main'));
    expect(await headingOf(page)).toBe(t('not-me.done.title'));
    await stranger.reload();
    expect(await headingOf(stranger)).toBe(t('sign-in.title'));
  });

  it('sees nothing by going back after signing out', async () => {
    const page = await signedIn(await newPerson(idp));
    await page.goto(at('/session/end'));
    await press(page, page.locator('button[name="logout"]').first());
    await page.goBack();
    await page.goBack();
    await page.waitForLoadState();
    expect(await page.locator('main').innerText()).not.toContain(t('devices.this'));
  });
});
