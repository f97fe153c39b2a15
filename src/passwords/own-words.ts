// What anybody who knows a person tries first: names, contacts, birth date, and the name of the service.
import { layoutTwins } from './keyboard-layouts.ts';
import { transliterate } from './transliterate.ts';

/** What a password must not be made of; whatever is known of the person. */
export interface PersonWords {
  givenName?: string | undefined;
  familyName?: string | undefined;
  middleName?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  /** YYYY-MM-DD */
  birthdate?: string | undefined;
}

const separators = /[\p{P}\p{Z}\p{C}\p{M}\p{Sk}\p{Sm}\p{Sc}]/gu;
/** Letters, digits and pictures alone; case, accents, dots and blanks hide no word. */
const bare = (text: string): string => text.normalize('NFKD').toLowerCase().replace(separators, '');

const shortestWord = 2;
const namesOf = (text: string | undefined): string[] => {
  if (text === undefined) return [];
  const lower = text.normalize('NFKC').toLowerCase();
  return [lower, ...lower.split(/[\p{P}\p{Z}]+/u)].flatMap((name) => [name, ...transliterate(name)]);
};

const emailWords = (email: string | undefined): string[] => {
  if (email === undefined) return [];
  const [local] = email.split('@');
  return [email, ...namesOf(local)];
};

// With the country's code, without it, and as a number within a town: seven digits.
const phoneWords = (phone: string | undefined): string[] => {
  const digits = (phone ?? '').replace(/\D/g, '');
  return digits.length < 7 ? [] : [digits, digits.slice(-10), digits.slice(-7)];
};

const dateWords = (birthdate: string | undefined): string[] => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(birthdate ?? '') ?? [];
  if (year === '') return [];
  const [yy, m, d] = [year.slice(2), `${Number(month)}`, `${Number(day)}`];
  const whole = [year, yy].flatMap((y) => [day + month + y, month + day + y, y + month + day, y + day + month]);
  return [...whole, d + m + year, d + m + yy, day + month, month + day, year];
};

const usable = (words: readonly string[]): string[] =>
  words.map(bare).filter((word) => Array.from(word).length >= shortestWord);

/** Every usual way to write what is known of a person. */
export const wordsOfPerson = ({ givenName, familyName, middleName, email, phone, birthdate }: PersonWords): string[] =>
  usable([
    ...[givenName, familyName, middleName].flatMap(namesOf),
    ...emailWords(email),
    ...phoneWords(phone),
    ...dateWords(birthdate),
  ]);

export const wordsOfName = (name: string): string[] => usable(namesOf(name));

const gap = ' ';
/** What the words leave of the text; undefined where none of them is in it. */
const rest = (text: string, longestFirst: readonly string[]): string | undefined => {
  const left = longestFirst.reduce((remaining, word) => remaining.replaceAll(word, gap), text);
  return left === text ? undefined : left.replaceAll(gap, '');
};

/** Whether a password, typed on either layout, is these words and at most `added` characters more. */
export const isMadeOf = (password: string, words: readonly string[], added: number): boolean => {
  const lower = password.normalize('NFKC').toLowerCase();
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  return [lower, ...layoutTwins(lower)].some((typed) => {
    const left = rest(bare(typed), longestFirst);
    return left !== undefined && Array.from(left).length <= added;
  });
};
