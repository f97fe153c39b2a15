// What must be corrected: said in the title, above the form with focus, and beside the field in the same words (the pattern of GOV.UK).
import type { Page } from 'playwright-core';
import type { Translate } from '../../../src/web/index.ts';

const findSummaryProblems = async (page: Page, t: Translate): Promise<string[]> => {
  const problems: string[] = [];
  if (!(await page.title()).startsWith(t('page.error-prefix')))
    problems.push('the title does not begin with the word for error');
  if ((await page.locator('.mistakes:focus').count()) === 0) problems.push('what went wrong has no focus');
  if ((await page.locator('.mistakes[role="alert"][tabindex="-1"]').count()) === 0)
    problems.push('what went wrong is not an alert');
  return problems;
};

const findLinkProblems = (page: Page): Promise<string[]> =>
  page.locator('.mistakes li').evaluateAll((items) =>
    items.flatMap((item) => {
      const text = item.textContent.trim();
      const link = item.querySelector('a[href^="#"]');
      if (link === null) return [`mistake without a link: ${text}`];
      const field = item.ownerDocument.getElementById(link.hash.slice(1));
      if (field === null) return [`mistake of a field that is not there: ${text}`];

      link.click();
      const described = field.closest('[aria-describedby]');
      const about = item.ownerDocument.getElementById(described?.getAttribute('aria-describedby'));
      const said = [...(about?.querySelectorAll('.mistake') ?? [])].map((one) => one.textContent.trim());
      return [
        ...(item.ownerDocument.activeElement === field ? [] : [`link does not lead to its field: ${text}`]),
        ...(field.closest('[aria-invalid="true"]') === null ? [`field is not marked as mistaken: ${text}`] : []),
        ...(said.includes(text) ? [] : [`mistake is not said beside its field: ${text}`]),
      ];
    }),
  );

const findUnsaidMistakes = (page: Page): Promise<string[]> =>
  page.locator('[aria-invalid="true"]').evaluateAll((elements) =>
    elements.flatMap((element) => {
      const field = element.id === '' ? element.querySelector('[id]:is(input, select, textarea)') : element;
      const link = element.ownerDocument.querySelector(`.mistakes a[href="#${field.id}"]`);
      return link === null ? [`marked as mistaken, but not said above: ${field.id}`] : [];
    }),
  );

const secrets = 'input[type="password"], input.code, input.pin, input[name="recovery_code"]';

export const findFilledSecrets = (page: Page): Promise<string[]> =>
  page.locator(secrets).evaluateAll((elements) =>
    elements
      // A password that we made stands beside its fields in clear, this once.
      .filter((field) => field.value !== '' && field.value !== field.ownerDocument.querySelector('.made')?.innerText)
      .map(({ name }) => `a secret comes back in "${name}"`),
  );

export const findMistakeProblems = async (page: Page, t: Translate): Promise<string[]> => {
  const hasMistakes = (await page.locator('.mistakes').count()) > 0;
  const ofSummary = hasMistakes ? [...(await findSummaryProblems(page, t)), ...(await findLinkProblems(page))] : [];
  return [...ofSummary, ...(await findUnsaidMistakes(page)), ...(await findFilledSecrets(page))];
};
