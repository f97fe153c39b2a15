// The passport of a Russian citizen: four digits of series and six of number, given from the age of fourteen on.
import { evenOut, readTyped } from '../typed-text.ts';

export interface Passport {
  series: string;
  number: string;
  /** YYYY-MM-DD */
  issueDate: string;
}

// NFKC has made `No` of `№` by then.
const written = /^(?:серия )?(\d{2})[ -]?(\d{2})[ ,-]*(?:(?:no?[.°]?|номер|#) ?)?(\d{6})$/;

/** Ten digits, series and number; undefined for what is no passport. There is no checksum. Never throws. */
export const normalisePassport = (typed: string): string | undefined => {
  const [, region = '', year = '', number = ''] = written.exec(evenOut(readTyped(typed, 48) ?? '').toLowerCase()) ?? [];
  if (number === '' || number === '000000' || region + year === '0000') return undefined;
  return region + year + number;
};

/** Series and number of ten digits. */
export const partsOfPassport = (digits: string): { series: string; number: string } => ({
  series: digits.slice(0, 4),
  number: digits.slice(4),
});

const youngest = 14;
const hour = 3_600_000;

const isDate = (text: string): boolean => {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const addYears = (date: string, years: number): string =>
  `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;

/**
 * When a passport may have been given; all dates are YYYY-MM-DD.
 * That it was to be replaced at 20 and 45 is left to the registry: there are months of grace, and an old one may still be valid.
 */
export const judgeIssueDate = (
  issueDate: string,
  { birthdate, now }: { birthdate: string; now: Date },
): 'right' | 'malformed' | 'in-the-future' | 'before-fourteen' => {
  if (!isDate(issueDate) || !isDate(birthdate)) return 'malformed';
  const furthestToday = new Date(now.getTime() + 14 * hour).toISOString().slice(0, 10); // where the day begins first
  if (issueDate > furthestToday) return 'in-the-future';
  return issueDate < addYears(birthdate, youngest) ? 'before-fourteen' : 'right';
};
