// With Tab alone: everything that can be used is met once, in the order of the page, with a ring that is seen.
import { setTimeout as wait } from 'node:timers/promises';
import type { JSHandle, Page } from 'playwright-core';

const usable = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]';

/** In the order of the page; of a group of radios the one that Tab goes to. */
const findStops = (page: Page): Promise<JSHandle> =>
  page.locator('html').evaluateHandle((html, selector) => {
    const seen = [...html.querySelectorAll(selector)].filter(
      (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }),
    );
    const radios = Map.groupBy(
      seen.filter(({ type }) => type === 'radio'),
      ({ name }) => name,
    );
    const stops = new Set([...radios.values()].map((group) => group.find(({ checked }) => checked) ?? group[0]));
    return seen.filter((element) => element.type !== 'radio' || stops.has(element));
  }, usable);

/** From the beginning of the page, whatever has focus. */
const goToBeginning = (page: Page): Promise<void> =>
  page.locator('body').evaluate((body) => {
    body.tabIndex = -1;
    body.focus();
    body.removeAttribute('tabindex');
  });

const judgeStop = (stops: JSHandle, place: number): Promise<string[]> =>
  stops.evaluate((elements, at) => {
    const wanted = elements[at];
    const { activeElement, defaultView } = wanted.ownerDocument;
    if (activeElement !== wanted) return [`Tab misses ${wanted.outerHTML}: it meets ${activeElement?.outerHTML}`];

    const problems: string[] = [];
    const { outlineStyle, outlineWidth } = defaultView.getComputedStyle(wanted);
    if (outlineStyle !== 'solid' || outlineWidth !== '3px') problems.push('without a ring');

    const box: Record<'top' | 'bottom' | 'left' | 'right' | 'width' | 'height', number> = wanted.getClientRects()[0];
    const ring = 5;
    const isInside =
      box.top >= ring &&
      box.left >= 0 &&
      box.bottom <= defaultView.innerHeight - ring &&
      box.right <= defaultView.innerWidth;
    if (!isInside) problems.push('outside the window');

    const heights = [box.top + 2, box.top + box.height / 2, box.bottom - 2];
    const isCovered = heights.some((y) => {
      const hit = wanted.ownerDocument.elementFromPoint(box.left + box.width / 2, y);
      return !wanted.contains(hit);
    });
    if (isInside && isCovered) problems.push('covered');
    return problems.map((problem) => `focus ${problem}: ${wanted.outerHTML}`);
  }, place);

/** The browser scrolls to what has focus a moment later. */
const judgeStopAtRest = async (stops: JSHandle, place: number): Promise<string[]> => {
  for (let tries = 0; tries < 10; tries += 1) {
    if ((await judgeStop(stops, place)).length === 0) return [];
    await wait(30);
  }
  return judgeStop(stops, place);
};

const judgeEnd = (stops: JSHandle): Promise<string[]> =>
  stops.evaluate((elements) => {
    const { activeElement, body, documentElement } = elements[0].ownerDocument;
    const isOut = [null, body, documentElement, elements[0]].includes(activeElement);
    return isOut ? [] : [`Tab meets what is not there: ${activeElement.outerHTML}`];
  });

export const findKeyboardProblems = async (page: Page): Promise<string[]> => {
  const usual = page.viewportSize() ?? { width: 390, height: 800 };
  await page.setViewportSize({ width: 390, height: 560 });
  await goToBeginning(page);
  const stops = await findStops(page);
  const count = await stops.evaluate((elements) => elements.length);
  const problems: string[] = [];
  for (let place = 0; place < count; place += 1) {
    await page.keyboard.press('Tab');
    problems.push(...(await judgeStopAtRest(stops, place)));
  }
  await page.keyboard.press('Tab');
  problems.push(...(await judgeEnd(stops)));
  await stops.dispose();
  await page.setViewportSize(usual);
  return problems;
};
