// Takes the pictures of the documents: starts the product as a person would and looks at it, page by page.
// A Chromium of one's own may be named: npm run screenshots -- /usr/bin/chromium
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from './find-chromium.ts';
import { takeEveryPage } from './screenshots/every-page.ts';
import { root, startProduct } from './screenshots/product.ts';
import { walk } from './screenshots/tour.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-screenshots-'));
const product = await startProduct(dataDir);
try {
  const executablePath = process.argv[2] ?? (await findChromium());
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  await mkdir(join(root, 'docs/pictures'), { recursive: true });
  await walk(browser, product);
  await takeEveryPage(browser, product.issuer);
  await browser.close();
} finally {
  await product.stop();
  await rm(dataDir, { recursive: true, force: true });
}
