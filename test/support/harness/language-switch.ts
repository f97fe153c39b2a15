// Another language loses nothing that was typed, but secrets, which are typed anew.
import type { Page } from 'playwright-core';
import { press } from '../browser.ts';
import { findFilledSecrets } from './mistakes.ts';

const lines =
  'input[type="text"]:not(.code, [name="recovery_code"], [readonly]), input[type="email"], input[type="tel"], textarea';
const choices = 'input[type="checkbox"], input[type="radio"]';

/** What a person has typed, ticked and chosen, each by its id. */
const readTyped = (page: Page): Promise<Record<string, string>> =>
  page
    .locator(`${lines}, ${choices}`)
    .evaluateAll((elements) =>
      Object.fromEntries(
        elements.map((element) => [
          element.id,
          ['checkbox', 'radio'].includes(element.type) ? String(element.checked) : element.value,
        ]),
      ),
    );

const typeEverything = async (page: Page): Promise<void> => {
  for (const [place, line] of (await page.locator(lines).all()).entries()) await line.fill(`${place} «Анна» & ليلى`);
  for (const box of await page.locator('input[type="checkbox"]').all()) await box.setChecked(!(await box.isChecked()));
  for (const radio of await page.locator('input[type="radio"]').all()) await radio.check();
  for (const secret of await page.locator('input[type="password"], input.code, input[name="recovery_code"]').all())
    await secret.fill('4821');
};

export const findLostValues = async (page: Page): Promise<string[]> => {
  await typeEverything(page);
  const typed = await readTyped(page);
  const another = page.locator('.languages li:has(button, a)').last();
  const language = await another.getAttribute('lang');
  await press(page, another.locator('button, a'));

  const lang = await page.locator('html').getAttribute('lang');
  const kept = await readTyped(page);
  return [
    ...(lang === language ? [] : [`the switch leads to ${String(lang)} and not to ${String(language)}`]),
    ...Object.keys(typed).flatMap((id) =>
      typed[id] === kept[id] ? [] : [`"${id}" was ${String(typed[id])} and became ${String(kept[id])}`],
    ),
    ...(await findFilledSecrets(page)),
  ];
};
