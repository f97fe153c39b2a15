// What the forms of a level bring, and how a date and a document's number are read out of them.
import { z } from 'zod';
import { furthestToday, judgeIssueDate, normaliseDocument, partsOfPassport, readDate } from '../../accounts/index.ts';
import type { DateParts, DateRead, Passport } from '../../accounts/index.ts';
import type { Mistake, PageState } from '../../web/index.ts';

const cancel = { action: z.literal('cancel').optional() };
const text = z.string().default('');

export const levelForm = z.strictObject(cancel);
/** `turn`: of the answers that the page has shown, so that they are sent once however often the button is pressed. */
export const sendForm = z.strictObject({ ...cancel, turn: z.string().default('') });
export const birthdateForm = z.strictObject({
  ...cancel,
  birthdate_day: text,
  birthdate_month: text,
  birthdate_year: text,
});
export const snilsForm = z.strictObject({ ...cancel, snils: text });
export const passportForm = z.strictObject({
  ...cancel,
  passport: text,
  issued_day: text,
  issued_month: text,
  issued_year: text,
});

const youngest = 14;

const addYears = (date: string, years: number): string => `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;

/** What is wrong with the date of birth of somebody who has a passport. */
const judgeBirthdate = (birthdate: string, now: Date): 'right' | 'in-the-future' | 'too-young' => {
  const today = furthestToday(now);
  if (birthdate > today) return 'in-the-future';
  return addYears(birthdate, youngest) > today ? 'too-young' : 'right';
};

export type Read<T> = { value: T; mistakes: [] } | { value: undefined; mistakes: Mistake[] };

const mistaken = (mistakes: Mistake[]): Read<never> => ({ value: undefined, mistakes });

export const readBirthdate = (typed: DateParts, { t }: Pick<PageState, 't'>, now: Date): Read<string> => {
  const mistake = (why: string) => mistaken([{ field: 'birthdate_day', text: t(`level.birthdate.mistake.${why}`) }]);
  const read = readDate(typed);
  if ('problem' in read) return mistake(read.problem);
  const verdict = judgeBirthdate(read.date, now);
  return verdict === 'right' ? { value: read.date, mistakes: [] } : mistake(verdict);
};

export const readSnils = (typed: string, { t }: Pick<PageState, 't'>): Read<string> => {
  const snils = normaliseDocument('snils', typed);
  if (snils !== undefined) return { value: snils, mistakes: [] };
  const why = typed.trim() === '' ? 'missing' : 'malformed';
  return mistaken([{ field: 'snils', text: t(`level.snils.mistake.${why}`) }]);
};

const issueProblem = (read: DateRead, birthdate: string, now: Date): string | undefined => {
  if ('problem' in read) return read.problem;
  const verdict = judgeIssueDate(read.date, { birthdate, now });
  return verdict === 'right' ? undefined : verdict;
};

/** `birthdate`: a passport is given from the age of fourteen on. */
export const readPassport = (
  typed: { passport: string; issued: DateParts },
  { t }: Pick<PageState, 't'>,
  { birthdate, now }: { birthdate: string; now: Date },
): Read<Passport> => {
  const digits = normaliseDocument('passport', typed.passport);
  const read = readDate(typed.issued);
  const problem = issueProblem(read, birthdate, now);
  if (digits !== undefined && problem === undefined && 'date' in read)
    return { value: { ...partsOfPassport(digits), issueDate: read.date }, mistakes: [] };

  const why = typed.passport.trim() === '' ? 'missing' : 'malformed';
  return mistaken([
    ...(digits === undefined ? [{ field: 'passport', text: t(`level.passport.mistake.${why}`) }] : []),
    ...(problem === undefined ? [] : [{ field: 'issued_day', text: t(`level.issued.mistake.${problem}`) }]),
  ]);
};
