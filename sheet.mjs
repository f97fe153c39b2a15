import { chromium } from 'playwright-core';
import { readdirSync, readFileSync } from 'node:fs';
import { chromiumArguments, findChromium } from './scripts/find-chromium.ts';
const [, , re, out, width = '300'] = process.argv;
const files = readdirSync('/tmp/shots')
  .filter((f) => new RegExp(re).test(f))
  .sort();
const b = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
const p = await b.newPage({ viewport: { width: 1800, height: 900 } });
await p.setContent(
  '<body style="margin:8px;background:#777;display:flex;flex-wrap:wrap;gap:8px;align-items:flex-start">' +
    files
      .map(
        (f) =>
          `<figure style="margin:0;width:${width}px"><figcaption style="font:11px sans-serif;color:#fff">${f}</figcaption><img style="width:100%" src="data:image/png;base64,${readFileSync('/tmp/shots/' + f).toString('base64')}"></figure>`,
      )
      .join(''),
);
await p.waitForTimeout(300);
await p.screenshot({ path: out, fullPage: true });
await b.close();
