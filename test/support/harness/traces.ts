// What a page leaves in the browser and how much it brings: nothing stored, only the cookies that are documented, 50 kB.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const heaviestPage = 50_000;

const documented = new Set(
  [...readFileSync('docs/administering.md', 'utf8').matchAll(/`__(?:Host|Secure)-(civic_\w+)`/g)].map(
    ([, name]) => name,
  ),
);

const stored = `(async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(globalThis.caches ? await caches.keys() : []),
])()`;

export const findTraces = async (page: Page): Promise<string[]> => {
  const kept = await page.evaluate<string[]>(stored);
  const cookies = await page.context().cookies(page.url());
  const strange = cookies.filter(
    ({ name, httpOnly, sameSite }) => !documented.has(name.replace(/\.sig$/, '')) || !httpOnly || sameSite !== 'Lax',
  );
  return [...kept.map((name) => `stores "${name}"`), ...strange.map(({ name }) => `sets the cookie "${name}"`)];
};

const weights = new Map<string, number>();
const weigh = async (url: string): Promise<number> => {
  const weight = weights.get(url) ?? (await (await fetch(url)).arrayBuffer()).byteLength;
  weights.set(url, weight);
  return weight;
};

/** With everything that it needs. */
export const findWeightProblems = async (page: Page): Promise<string[]> => {
  const parts = await page
    .locator('link[href], script[src], img[src]')
    .evaluateAll((elements) => elements.map((element) => element.href ?? element.src));
  const own = Buffer.byteLength(await page.content());
  const weight = (await Promise.all(parts.map(weigh))).reduce((sum, part) => sum + part, own);
  return weight > heaviestPage ? [`weighs ${weight} bytes`] : [];
};
