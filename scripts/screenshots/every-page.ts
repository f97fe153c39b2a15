// docs/pages: every page in every state at the width of a phone, light and dark, in Russian.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { openPage, root } from './product.ts';

const folder = 'docs/pages';
const rowsSchema = z.array(z.object({ name: z.string(), href: z.string() }));
type Row = z.infer<typeof rowsSchema>[number];

const fileOf = ({ name }: Row, scheme: string): string => `${name.replace('/', '-')}-${scheme}.jpg`;
const roomOf = ({ name }: Row): string => name.split('/', 1)[0] ?? '';

const lineOf = (row: Row): string => {
  const picture = (scheme: string) => `<img src="${fileOf(row, scheme)}" width="260" alt="${row.name}, ${scheme}">`;
  return `| ${row.name.split('/')[1] ?? ''} | ${picture('light')} | ${picture('dark')} |`;
};

const documentOf = (rows: readonly Row[]): string =>
  [
    '# Every page',
    '',
    'Made by `npm run screenshots`: 390 px wide, in Russian, light and dark. The same pages, alive and in three languages, are at `/sandbox/pages` of a sandbox.',
    ...[...Map.groupBy(rows, roomOf)].flatMap(([room, its]) => [
      '',
      `## ${room}`,
      '',
      '| | light | dark |',
      '| --- | --- | --- |',
      ...its.map(lineOf),
    ]),
    '',
  ].join('\n');

export const takeEveryPage = async (browser: Browser, issuer: string): Promise<void> => {
  const answer = await fetch(`${issuer}/sandbox/pages`, { headers: { Accept: 'application/json' } });
  const rows = rowsSchema.parse(await answer.json()).filter((row) => roomOf(row) !== 'parts');
  await rm(join(root, folder), { recursive: true, force: true });
  await mkdir(join(root, folder), { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage(browser, { locale: 'ru', colorScheme });
    for (const row of rows) {
      await page.goto(`${issuer}${row.href}?lang=ru`);
      const path = join(root, folder, fileOf(row, colorScheme));
      await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 70 });
    }
  }
  await writeFile(join(root, folder, 'README.md'), documentOf(rows));
};
