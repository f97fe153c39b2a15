import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from './scripts/find-chromium.ts';
const names = process.argv[2].split(',');
const base = 'http://localhost:3300';
const b = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
for (const [w, scheme, lang] of [
  [390, 'light', 'ru'],
  [390, 'dark', 'en'],
  [1280, 'light', 'ru'],
  [1280, 'dark', 'pt'],
]) {
  const c = await b.newContext({
    viewport: { width: w, height: w === 390 ? 844 : 800 },
    colorScheme: scheme,
    locale: lang,
  });
  const p = await c.newPage();
  for (const n of names) {
    await p.goto(`${base}/sandbox/pages/${n}?lang=${lang}`);
    await p.screenshot({ path: `/tmp/shots/${n.replaceAll('/', '_')}-${w}-${scheme}-${lang}.png`, fullPage: true });
  }
}
await b.close();
