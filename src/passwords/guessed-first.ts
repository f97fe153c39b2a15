// What is guessed first: a listed password, with a little added, said twice, on the other layout, or a row of keys.
import type { CommonPasswords } from './common-passwords.ts';
import { foldPassword } from './fold-password.ts';
import { layoutTwins } from './keyboard-layouts.ts';

const rows = [
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'абвгдежзийклмнопрстуфхцчшщъыьэюя',
  'йцукенгшщзхъфывапролджэячсмитьбю',
].flatMap((row) => [row, Array.from(row).reverse().join('')]);

// A picture over and over is left out: nobody holds its key down.
const isOneKey = (folded: string): boolean => /^(\P{Extended_Pictographic})\1*$/u.test(folded);

/** One key held down, or keys as they stand in a row, however long. */
export const isRowOfKeys = (folded: string): boolean =>
  isOneKey(folded) || rows.some((row) => row.repeat(Math.ceil(folded.length / row.length) + 1).includes(folded));

const withoutEnd = (folded: string, added: number): string[] => {
  const stems: string[] = [];
  const letters = Array.from(folded);
  while (stems.length < added && letters.length > 1 && !/\p{L}/u.test(letters.at(-1) ?? '')) {
    letters.pop();
    stems.push(letters.join(''));
  }
  return stems;
};

/** The shortest piece that said over and over is the whole. */
const pieceOf = (folded: string): string => folded.slice(0, (folded + folded).indexOf(folded, 1));

/** Whether a folded password is listed, or is listed once up to `added` digits and signs at its end are taken away. */
export const judgeByList = (folded: string, list: CommonPasswords, added: number): 'common' | 'layout' | undefined => {
  const whole = [folded, pieceOf(folded)].filter((text) => text !== '');
  const tries = [...whole, ...withoutEnd(folded, added)];
  if (tries.some((text) => list.has(text))) return 'common';

  const twins = tries.flatMap(layoutTwins);
  return twins.some((twin) => list.has(foldPassword(twin))) ? 'layout' : undefined;
};
