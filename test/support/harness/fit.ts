// A page fits: on the smallest phone, with text spaced out, with text twice as large. Nothing scrolls sideways, nothing is cut.
import type { Page } from 'playwright-core';

const wear = (page: Page, css: string): Promise<void> =>
  page.locator('html').evaluate((html, rules) => {
    const sheet = new html.ownerDocument.defaultView.CSSStyleSheet();
    sheet.replaceSync(rules);
    html.ownerDocument.adoptedStyleSheets = [sheet];
  }, css);

const worded = 'button, .button, .tag, h1, h2, label, legend, summary, dt, dd, li, p, a';

const findCutText = (page: Page): Promise<string[]> =>
  page.locator(worded).evaluateAll((elements) =>
    elements
      .filter((element) => element.clientWidth > 0 && element.closest('.for-ears') === null)
      .filter((element) => {
        const { overflowY } = element.ownerDocument.defaultView.getComputedStyle(element);
        const isTooTall = overflowY !== 'visible' && element.scrollHeight - element.clientHeight > 1;
        return isTooTall || element.scrollWidth - element.clientWidth > 1;
      })
      .map((element) => `text is cut: ${element.outerHTML}`),
  );

const findMisfits = async (page: Page, when: string): Promise<string[]> => {
  const pixels = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
  const scrolls = pixels > 0 ? [`scrolls sideways ${when}`] : [];
  return [...scrolls, ...(await findCutText(page)).map((problem) => `${when}: ${problem}`)];
};

export const findMisfitsAt320 = async (page: Page): Promise<string[]> => {
  const usual = page.viewportSize() ?? { width: 390, height: 800 };
  await page.setViewportSize({ width: 320, height: 640 });
  const problems = await findMisfits(page, 'at 320 px');
  await page.setViewportSize(usual);
  return problems;
};

/** WCAG 1.4.12. */
const spacious = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }
`;
/** Of the 106.25 % that a page begins with. */
const twiceAsLarge = 'html { font-size: 212.5% }';

export const findAllMisfits = async (page: Page): Promise<string[]> => {
  const usual = page.viewportSize() ?? { width: 390, height: 800 };
  await page.setViewportSize({ width: 320, height: 640 });
  const problems = await findMisfits(page, 'at 320 px');
  await wear(page, spacious);
  problems.push(...(await findMisfits(page, 'with text spaced out')));
  await wear(page, twiceAsLarge);
  problems.push(...(await findMisfits(page, 'with text of 200 %')));
  await wear(page, '');
  await page.setViewportSize(usual);
  return problems;
};
