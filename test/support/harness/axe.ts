// What a machine can read out of WCAG 2.2, A and AA, in light; in dark and in forced colours what can differ there.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

type Violations = { id: string; nodes: { html: string }[] }[];
const describeViolations = (violations: Violations, where: string): string[] =>
  violations.map(({ id, nodes }) => `axe ${id}${where}: ${nodes.map(({ html }) => html).join(' ')}`);

export const findAxeProblems = async (page: Page): Promise<string[]> => {
  const axe = new AxeBuilder({ page }).options({ runOnly: wcag, resultTypes: ['violations'] }).setLegacyMode();
  return describeViolations((await axe.analyze()).violations, '');
};

/** For a page that axe has been brought into. */
const findColourProblems = async (page: Page, where: string): Promise<string[]> => {
  const options = JSON.stringify({ runOnly: rulesOfColour, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<{ violations: Violations }>(`axe.run(${options})`);
  return describeViolations(violations, where);
};

export const findDarkProblems = async (page: Page): Promise<string[]> => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const problems = await findColourProblems(page, ' in dark');
  await page.emulateMedia({ colorScheme: 'light' });
  return problems;
};

const edged = '.button:not(.link), input:not([type="hidden"]), .card, .tile, .notice, .mistakes, .tag';

/** Grounds are gone in forced colours: what was told apart by its ground needs an edge. */
const findLostEdges = (page: Page): Promise<string[]> =>
  page.locator(edged).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const style = element.ownerDocument.defaultView.getComputedStyle(element);
      const hasEdge = ['Top', 'Right', 'Bottom', 'Left'].some(
        (side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0,
      );
      const isNative = ['checkbox', 'radio'].includes(element.type);
      return hasEdge || isNative || !element.checkVisibility()
        ? []
        : [`no edge in forced colours: ${element.outerHTML}`];
    }),
  );

export const findForcedColourProblems = async (page: Page): Promise<string[]> => {
  await page.emulateMedia({ forcedColors: 'active' });
  const problems = [...(await findColourProblems(page, ' in forced colours')), ...(await findLostEdges(page))];
  await page.emulateMedia({ forcedColors: 'none' });
  return problems;
};
