// A day as people type it, in three fields: read only where there was such a day.
export interface DateParts {
  day: string;
  month: string;
  year: string;
}

export const noDate: DateParts = { day: '', month: '', year: '' };
export const partsOfDate = (date: string | null | undefined): DateParts => {
  const [year = '', month = '', day = ''] = date?.split('-') ?? [];
  return { day, month, year };
};

/** `missing`: not all of it was typed. */
export type DateProblem = 'missing' | 'malformed';
export type DateRead = { date: string } | { problem: DateProblem };

const hour = 3_600_000;
const oldestYear = '1900';

/** YYYY-MM-DD of a day that there was. */
export const readDate = (typed: DateParts): DateRead => {
  const [day = '', month = '', year = ''] = [typed.day, typed.month, typed.year].map((part) =>
    part.normalize('NFKC').trim(),
  );
  if (day === '' || month === '' || year === '') return { problem: 'missing' };
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return { problem: 'malformed' };

  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = new Date(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date) && year >= oldestYear;
  return isDay ? { date } : { problem: 'malformed' };
};

/** Today, where the day begins first. */
export const furthestToday = (now: Date): string => new Date(now.getTime() + 14 * hour).toISOString().slice(0, 10);
