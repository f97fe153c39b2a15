// Every page in every state, in every language, light, dark and in forced colours, with JavaScript and without (UX-02, 05, 07, 13…16, 19).
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { startCivicId } from '../support/civic-id.ts';
import { readRows } from '../support/harness/gallery.ts';
import { judgePage, judgeWithoutScript } from '../support/harness/judge-page.ts';
import { watchPage } from '../support/harness/watch-page.ts';
import { locales, type Locale } from '../../src/web/index.ts';

// A table of tests needs its rows before the first test runs.
const idp = await startCivicId();
const browser = await openBrowser();
const rows = (await readRows(idp)).map((row, place) => ({ ...row, plain: locales[place % locales.length] ?? 'ru' }));

const deployment = 'Civic ID';
const openPerson = async (locale: Locale, javaScript: boolean) => {
  const page = await browser.newPerson({ locale, javaScript });
  return { page, locale, watch: watchPage(page, [idp.issuer.origin]) };
};
const people = await Promise.all(locales.map((locale) => openPerson(locale, true)));
const plainPeople = await Promise.all(locales.map((locale) => openPerson(locale, false)));

afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const goTo = (page: Page, href: string, locale: Locale) =>
  page.goto(new URL(`${href}?lang=${locale}`, idp.issuer).href);

describe('every page in every state', () => {
  it.each(rows)('is for everybody: $name', async ({ href }) => {
    const judged = people.map(async ({ page, locale, watch }) => {
      await goTo(page, href, locale);
      const problems = await judgePage(page, watch, { t: idp.app.web.texts[locale], locale, deployment });
      return problems.map((problem) => `${locale}: ${problem}`);
    });
    expect((await Promise.all(judged)).flat()).toEqual([]);
  });

  it.each(rows)('says and does the same without JavaScript: $name', async ({ href, plain }) => {
    const headings: string[][] = [];
    const problems: string[] = [];
    for (const { page, locale, watch } of [...people, ...plainPeople].filter((one) => one.locale === plain)) {
      await goTo(page, href, locale);
      headings.push(await page.locator('h1').allTextContents());
      const hasScript = people.some((one) => one.page === page);
      const speech = { t: idp.app.web.texts[locale], locale, deployment };
      if (!hasScript) problems.push(...(await judgeWithoutScript(page, watch, speech)));
    }
    expect({ problems, heading: headings[1] }).toEqual({ problems: [], heading: headings[0] });
  });
});
