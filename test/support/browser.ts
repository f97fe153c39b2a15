// A real Chromium, one for a test file; each person in it has cookies, language and screen of their own.
import { chromium, type Locator, type Page } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../scripts/find-chromium.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

export interface PersonOptions {
  locale?: 'ru' | 'en' | 'pt';
  colorScheme?: 'light' | 'dark';
  width?: number;
  javaScript?: boolean;
}

export interface Browser {
  /** A page of somebody who was never here; `page.context().newPage()` is their second tab. */
  newPerson: (options?: PersonOptions) => Promise<Page>;
  close: () => Promise<void>;
}

const patienceMs = 10_000;

/** `CHROMIUM_PATH` names another Chromium than the one from npm. */
export const openBrowser = async (): Promise<Browser> => {
  const executablePath = process.env.CHROMIUM_PATH || (await findChromium());
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });

  return {
    newPerson: async ({ locale = 'en', colorScheme = 'light', width = 390, javaScript = true } = {}) => {
      const context = await browser.newContext({
        locale,
        colorScheme,
        viewport: { width, height: 800 },
        javaScriptEnabled: javaScript,
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(patienceMs);
      return context.newPage();
    },
    close: () => browser.close(),
  };
};

export const identifierField = (page: Page) => page.locator('input[name="identifier"]');
export const passwordField = (page: Page) => page.locator('input[name="password"]');
export const codeField = (page: Page) => page.locator('input[name="code"]');
export const pinField = (page: Page) => page.locator('input[name="pin"]');
/** The one main button of a page, in whatever language. */
export const mainButton = (page: Page) => page.locator('button.main');
export const cancelButton = (page: Page) => page.locator('button[value="cancel"]');

/** Presses what leads to another page, and waits until that page is there. */
export const press = async (page: Page, target: Locator): Promise<void> => {
  await Promise.all([page.waitForEvent('framenavigated'), target.click()]);
  await page.waitForLoadState();
};

/** Types identifier and password and presses the main button; ends where that leads. */
export const signInAs = async (page: Page, { phone, email, password }: Citizen): Promise<void> => {
  await identifierField(page).fill(phone ?? email ?? '');
  await passwordField(page).fill(password);
  await press(page, mainButton(page));
};
