// What a page says of itself before it is read: its language, its one heading, its title.
import type { Page } from 'playwright-core';
import type { Locale, Translate } from '../../../src/web/index.ts';

export interface Speech {
  t: Translate;
  locale: Locale;
  /** The name of the deployment. */
  deployment: string;
}

export const findHeadProblems = async (page: Page, { t, locale, deployment }: Speech): Promise<string[]> => {
  const problems: string[] = [];
  const lang = await page.locator('html').getAttribute('lang');
  if (lang !== locale) problems.push(`speaks ${String(lang)} and not ${locale}`);

  const headings = await page.locator('h1').allTextContents();
  if (headings.length !== 1) problems.push(`has ${headings.length} h1`);

  const prefix = (await page.locator('.mistakes').count()) > 0 ? t('page.error-prefix') : '';
  const wanted = `${prefix}${String(headings[0])} — ${deployment}`.trim();
  const title = await page.title();
  if (title !== wanted) problems.push(`is titled "${title}" and not "${wanted}"`);
  return problems;
};
