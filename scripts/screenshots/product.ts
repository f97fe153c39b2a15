// The product as a person would start it, with data of its own, and a browser to look at it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { readEnvironment } from '../../config/index.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const heaviest = 100_000;

export type Locale = 'ru' | 'en' | 'pt';
export interface Look {
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
export const startProduct = async (dataDir: string) => {
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

export const openPage = async (
  browser: Browser,
  { locale, width = 390, colorScheme = 'light' }: Look,
): Promise<Page> => {
  const viewport = { width, height: width < 600 ? 844 : 720 };
  const context = await browser.newContext({ locale, colorScheme, viewport, reducedMotion: 'reduce' });
  return context.newPage();
};

/** `name`: its place under the project, without the ending. */
export const take = async (page: Page, name: string, { whole = true } = {}): Promise<void> => {
  const path = join(root, `${name}.png`);
  await page.screenshot({ path, fullPage: whole });
  const { size } = await stat(path);
  if (size > heaviest) throw new Error(`${name}.png is too heavy for a document: ${size} bytes`);
  console.log(`${name}.png  ${Math.ceil(size / 1000)} kB`);
};
