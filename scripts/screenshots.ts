// Takes the pictures of the README's tour: starts the product as a person would, with data of its own, and walks through it.
// A Chromium of one's own may be named: npm run screenshots -- /usr/bin/chromium
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { z } from 'zod';
import { readEnvironment } from '../config/index.ts';
import { chromiumArguments, findChromium } from './find-chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs/pictures');
const heaviest = 80_000;

type Locale = 'ru' | 'en' | 'pt';
interface Look {
  locale: Locale;
  width?: number;
  colorScheme?: 'light' | 'dark';
}

/** What the machine offers for finding a mongod; everything else is our own. */
const machine = (): Record<string, string> => {
  const read = readEnvironment();
  if (read.outcome === 'wrong') throw new Error(read.problems.join('\n'));
  const { path, mongod } = read.environment;
  return { PATH: path, ...(mongod === undefined ? {} : { MONGOD: mongod }) };
};

/** On its usual ports, which the pictures show. */
const startProduct = async (dataDir: string) => {
  const product = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { ...machine(), DATA_DIR: dataDir, NEW_DEVICE_CODES: 'off', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(product, 'exit');
  const stop = async (): Promise<void> => {
    product.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface(product.stdout)) {
    if (!line.startsWith('Civic ID is ready at')) continue;
    product.stdout.resume();
    return { issuer: 'http://localhost:3000', demo: 'http://127.0.0.1:3001', stop };
  }
  throw new Error('the product did not start');
};

const citizensSchema = z.array(z.object({ phone: z.string().nullable(), password: z.string(), locale: z.string() }));
const findCitizen = async (issuer: string, locale: Locale): Promise<{ phone: string; password: string }> => {
  const answer = await fetch(`${issuer}/sandbox/citizens`, { headers: { Accept: 'application/json' } });
  const found = citizensSchema.parse(await answer.json()).find((citizen) => citizen.locale === locale);
  return { phone: found?.phone ?? '', password: found?.password ?? '' };
};

const openPage = async (browser: Browser, { locale, width = 390, colorScheme = 'light' }: Look): Promise<Page> => {
  const viewport = { width, height: width < 600 ? 844 : 720 };
  const context = await browser.newContext({ locale, colorScheme, viewport, reducedMotion: 'reduce' });
  return context.newPage();
};

const press = async (page: Page, selector: string): Promise<void> => {
  await Promise.all([page.waitForEvent('framenavigated'), page.click(selector)]);
  await page.waitForLoadState();
};

const signIn = async (page: Page, phone: string, password: string): Promise<void> => {
  await page.fill('#identifier', phone);
  await page.fill('#password', password);
  await press(page, 'button.main');
};

const take = async (page: Page, name: string, { whole = true } = {}): Promise<void> => {
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path, fullPage: whole });
  const { size } = await stat(path);
  if (size > heaviest) throw new Error(`${name}.png is too heavy for a README: ${size} bytes`);
  console.log(`docs/pictures/${name}.png  ${Math.ceil(size / 1000)} kB`);
};

const walk = async (browser: Browser, { issuer, demo }: { issuer: string; demo: string }): Promise<void> => {
  /** From the demo's "Sign in" to the sign-in page. */
  const begin = async (look: Look): Promise<Page> => {
    const page = await openPage(browser, look);
    await page.goto(`${demo}/?ui_locales=${look.locale}`);
    await press(page, 'a.main');
    return page;
  };

  const anna = await findCitizen(issuer, 'ru');
  const page = await begin({ locale: 'ru' });
  const address = page.url();
  await take(page, 'sign-in');
  await signIn(page, '+7 900 000-00-01', 'не тот пароль');
  await take(page, 'sign-in-mistake');
  await signIn(page, anna.phone, anna.password);
  await take(page, 'consent', { whole: false });

  const stranger = await openPage(browser, { locale: 'ru' });
  await stranger.goto(address);
  await take(stranger, 'gone');

  const guesser = await begin({ locale: 'ru' });
  for (let tries = 0; tries < 10; tries += 1) await signIn(guesser, '+7 900 000-00-00', 'не тот пароль');
  await take(guesser, 'waiting');

  const emily = await findCitizen(issuer, 'en');
  const dark = await begin({ locale: 'en', colorScheme: 'dark' });
  await signIn(dark, emily.phone, emily.password);
  await take(dark, 'consent-dark', { whole: false });

  const joao = await findCitizen(issuer, 'pt');
  const wide = await begin({ locale: 'pt', width: 1280 });
  await signIn(wide, joao.phone, joao.password);
  await press(wide, 'button.main');
  await take(wide, 'demo', { whole: false });
  await wide.goto(`${issuer}/?lang=pt`);
  await take(wide, 'home');
};

const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-screenshots-'));
const product = await startProduct(dataDir);
try {
  const executablePath = process.argv[2] ?? (await findChromium());
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  await mkdir(pictures, { recursive: true });
  await walk(browser, product);
  await browser.close();
} finally {
  await product.stop();
  await rm(dataDir, { recursive: true, force: true });
}
