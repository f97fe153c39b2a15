// Without JavaScript a page offers nothing that only a script could do, and says what it would have said with one.
import type { Page } from 'playwright-core';

const scripted = 'button[type="button"], [aria-pressed], [role="button"], a[href="#"], [hidden], [role="status"]';

export const findScriptNeeds = async (page: Page): Promise<string[]> => {
  const useless = await page
    .locator(scripted)
    .evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility() && element.textContent.trim() !== '')
        .map((element) => `of no use without a script: ${element.outerHTML}`),
    );
  const silent = await page
    .locator('noscript')
    .evaluateAll((elements) =>
      elements
        .filter((element) => element.firstElementChild?.checkVisibility() !== true)
        .map((element) => `says nothing without a script: ${element.outerHTML}`),
    );
  return [...useless, ...silent];
};
