// A language that nobody speaks: a text that no translator can reach stands out in it, and so does a place that holds no longer texts.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openBrowser } from '../support/browser.ts';
import { startCivicId } from '../support/civic-id.ts';
import { findMisfitsAt320 } from '../support/harness/fit.ts';
import { readRows } from '../support/harness/gallery.ts';
import { pseudoText, pseudoTexts } from '../support/harness/pseudo-text.ts';
import { findUntranslated } from '../support/harness/untranslated.ts';

const viewsDir = mkdtempSync(join(tmpdir(), 'civic-id-pseudo-'));
cpSync('views', viewsDir, { recursive: true });
const textsIn = (locale: string) => JSON.parse(readFileSync(join('views/locales', `${locale}.json`), 'utf8'));
writeFileSync(join(viewsDir, 'locales/pt.json'), JSON.stringify(pseudoTexts(textsIn('pt'), textsIn('en'))));

// A table of tests needs its rows before the first test runs.
const idp = await startCivicId({ viewsDir });
const browser = await openBrowser();
const rows = await readRows(idp);
const page = await browser.newPerson({ locale: 'pt' });
const goTo = (href: string) => page.goto(new URL(`${href}?lang=pt`, idp.issuer).href);

afterAll(async () => {
  await browser.close();
  await idp.stop();
  rmSync(viewsDir, { recursive: true });
});

describe('a language that nobody speaks', () => {
  it('keeps values, and is 40 % longer', () => {
    expect(pseudoText('Back to {{service}}')).toBe('⟦ḅààçķ ţöö {{service}}öööööö⟧');
    expect(pseudoText('Sign in')).toBe('⟦şïïĝñ ïïñö⟧');
  });

  it.each(rows)('reaches every word and has room everywhere: $name', async ({ href }) => {
    await goTo(href);
    expect([...(await findUntranslated(page, 'Civic ID')), ...(await findMisfitsAt320(page))]).toEqual([]);
  });

  it('finds a word, a label and a torn sentence that no translator can reach', async () => {
    await goTo('/sandbox/pages/sign-in/empty');
    await page.locator('body').evaluate((body) => {
      body.querySelector('h1').append(' Hello');
      body.querySelector('nav').ariaLabel = 'Languages';
    });
    const problems = await findUntranslated(page, 'Civic ID');
    expect(problems).toEqual([
      expect.stringMatching(/^not for translators: "Hello" in <h1>/),
      expect.stringMatching(/^not for translators: "Languages" in aria-label/),
    ]);
    await page.locator('h1').evaluate((h1) => void (h1.textContent = '⟦half'));
    expect(await findUntranslated(page, 'Civic ID')).toContain('a text is torn apart');
  });
});
