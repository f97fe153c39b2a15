// Whatever a person can meet has its row in the gallery, and a sample of rows is for everybody; all of them are judged in gallery.deep.test.ts.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { findStaleReasons, findUnshown, readRows, viewNames, type GalleryRow } from '../support/harness/gallery.ts';
import { judgePage, judgeWithoutScript } from '../support/harness/judge-page.ts';
import { watchPage, type Watch } from '../support/harness/watch-page.ts';
import { requestRefusals } from '../../src/oidc/index.ts';
import { refusalStatuses, type Locale } from '../../src/web/index.ts';

interface Person {
  page: Page;
  watch: Watch;
}

let idp: TestCivicId;
let browser: Browser;
let rows: GalleryRow[];
let person: Person;
let plainPerson: Person;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
  rows = await readRows(idp);
  const open = async (javaScript: boolean): Promise<Person> => {
    const page = await browser.newPerson({ javaScript });
    return { page, watch: watchPage(page, [idp.issuer.origin]) };
  };
  [person, plainPerson] = await Promise.all([open(true), open(false)]);
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

const goTo = async (page: Page, name: string, locale: Locale): Promise<void> => {
  await page.goto(new URL(`/sandbox/pages/${name}?lang=${locale}`, idp.issuer).href);
};
const speechOf = (locale: Locale) => ({ t: idp.app.web.texts[locale], locale, deployment: 'Civic ID' });

describe('the gallery', () => {
  const shown = () => ({ views: viewNames(), refusals: Object.keys(refusalStatuses), requestRefusals, rows });

  it('has a row for every page, part and refusal', () => {
    expect(shown().views.length).toBeGreaterThan(30);
    expect(findUnshown(shown())).toEqual([]);
  });

  it('misses a page, a part and a refusal that have none', () => {
    const more = {
      views: [...shown().views, 'account/overview', 'parts/tabs'],
      refusals: [...shown().refusals, 'teapot'],
      requestRefusals: [...requestRefusals, 'login_required'],
    };
    expect(findUnshown({ ...more, rows })).toEqual([
      'account/overview',
      'parts/tabs',
      'error/teapot',
      'request-refused/login_required',
    ]);
  });

  it('says why for what has no row, and for nothing else', () => {
    expect(findStaleReasons(viewNames(), rows)).toEqual([]);
    expect(findStaleReasons(['layout'], rows)).toContain('parts/help');
  });

  it('names each row once', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });
});

const sample: [string, Locale][] = [
  ['sign-in/nothing-typed', 'ru'],
  ['code/sms', 'pt'],
  ['consent/longest', 'en'],
  ['pin/wrong', 'ru'],
  ['error/unavailable-with-a-form', 'pt'],
  ['parts/date-field', 'en'],
  ['parts/radios', 'ru'],
  ['sandbox/outbox', 'pt'],
  ['sign-in/closes-soon', 'en'],
  ['home/sandbox', 'ru'],
];

describe('a sample of pages', () => {
  it.each(sample)('is for everybody: %s in %s', async (name, locale) => {
    const { page, watch } = person;
    await goTo(page, name, locale);
    expect(await judgePage(page, watch, speechOf(locale))).toEqual([]);
  });

  it.each(sample)('says and does the same without JavaScript: %s in %s', async (name, locale) => {
    await goTo(person.page, name, locale);
    const { page, watch } = plainPerson;
    await goTo(page, name, locale);
    expect(await page.locator('h1').allTextContents()).toEqual(await person.page.locator('h1').allTextContents());
    expect(await judgeWithoutScript(page, watch, speechOf(locale))).toEqual([]);
  });
});
