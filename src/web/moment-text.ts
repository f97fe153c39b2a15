// When something happened, as people say it: today and yesterday by these words, otherwise by the date, in the zone of whoever reads.
import { zoneOf } from './day-text.ts';
import { languageTags } from './texts.ts';
import type { Speech } from './pages/pages.ts';

/** `zone`: of the person's profile, where it has one. */
export interface Clock {
  zone: string | undefined;
  now: Date;
}

/** The day in the zone, counted from the beginning of 1970, and its year. */
const dayIn = (at: Date, timeZone: string): { day: number; year: number } => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const [year = 0, month = 1, date = 1] = format.format(at).split('-').map(Number);
  return { day: Date.UTC(year, month - 1, date) / 86_400_000, year };
};

/** «сегодня в 19:42», «вчера в 08:05», «5 марта в 19:42», «5 марта 2025 г. в 19:42». */
export const describeMoment = (at: Date, { t, locale }: Speech, clock: Clock): string => {
  const timeZone = zoneOf(clock.zone);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(languageTags[locale], { timeZone, ...options }).format(at);
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const [then, today] = [dayIn(at, timeZone), dayIn(clock.now, timeZone)];
  if (then.day === today.day) return t('moment.today', { time });
  if (then.day === today.day - 1) return t('moment.yesterday', { time });

  const date = format({ day: 'numeric', month: 'long', ...(then.year === today.year ? {} : { year: 'numeric' }) });
  return t('moment.on', { date, time });
};

/** «Москва, стандартное время»: the zone in which times are told. */
export const describeZone = ({ locale }: Pick<Speech, 'locale'>, { zone, now }: Clock): string => {
  const format = new Intl.DateTimeFormat(languageTags[locale], { timeZone: zoneOf(zone), timeZoneName: 'longGeneric' });
  return format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? zoneOf(zone);
};
