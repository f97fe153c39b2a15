// The link of a notice in a real browser: on a phone, in three languages, with JavaScript and without.
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { loadTexts } from '../../src/web/index.ts';
import { mainButton, openBrowser, press, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { tellOf, traitsOf } from '../support/not-me.ts';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const texts = loadTexts(fileURLToPath(new URL('../../views/locales', import.meta.url)));

let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  [idp, browser] = await Promise.all([startCivicId(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

describe.each([
  { locale: 'ru', javaScript: true },
  { locale: 'ru', javaScript: false },
  { locale: 'en', javaScript: true },
  { locale: 'pt', javaScript: false },
] as const)('a person on a phone, in $locale, JavaScript: $javaScript', ({ locale, javaScript }) => {
  const t = texts[locale];
  const headingOf = (page: Page): Promise<string> => page.locator('h1').innerText();

  /** Nobody is shut out of what is shown now, and the smallest phone need not be scrolled sideways. */
  const looksRight = async (page: Page): Promise<void> => {
    if (!javaScript) return;
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);
    await page.setViewportSize({ width: 390, height: 800 });
    const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  };

  it('opens the link, reads, presses, and reads what was done; a reload shows the same', async () => {
    const person = await newPerson(idp);
    const page = await browser.newPerson({ locale, javaScript });
    await page.goto(await tellOf(idp, person));
    expect(await headingOf(page)).toBe(t('not-me.ask.title'));
    expect(await page.locator('main').innerText()).toContain(t('not-me.event.new-sign-in'));
    await looksRight(page);
    await page.reload();
    expect((await traitsOf(idp, person)).hasPassword).toBe(true);

    await press(page, mainButton(page));
    expect(await headingOf(page)).toBe(t('not-me.done.title'));
    await looksRight(page);
    await page.reload();
    expect(await headingOf(page)).toBe(t('not-me.done.title'));
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, events: 1 });

    await page.goBack();
    await page.reload();
    expect(await headingOf(page)).toBe(t('not-me.over.title'));
    await looksRight(page);
  });

  it('opens it and goes away, because it was them: nothing has changed', async () => {
    const person = await newPerson(idp);
    const before = await traitsOf(idp, person);
    const page = await browser.newPerson({ locale, javaScript });
    await page.goto(await tellOf(idp, person));
    await press(page, page.getByRole('link', { name: t('not-me.ask.leave') }));
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await traitsOf(idp, person)).toEqual(before);
  });
});
