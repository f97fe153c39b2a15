// When something happened, as people say it: today and yesterday by these words, otherwise by the date, in the zone of whoever reads.
import { languageTags, type Locale, type Translate } from './texts.ts';

export interface TellTime {
  t: Translate;
  locale: Locale;
  zone: string;
  now: Date;
}

/** The day in the zone, counted from the beginning of 1970. */
const dayIn = (at: Date, zone: string): { day: number; year: string } => {
  const [year = '', month, day] = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
    .format(at)
    .split('-');
  return { day: Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000, year };
};

/** «сегодня в 19:42», «вчера в 8:05», «5 марта в 19:42», «5 марта 2025 г. в 19:42». */
export const describeMoment = (at: Date, { t, locale, zone, now }: TellTime): string => {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(languageTags[locale], { timeZone: zone, ...options }).format(at);
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const [then, today] = [dayIn(at, zone), dayIn(now, zone)];
  if (then.day === today.day) return t('moment.today', { time });
  if (then.day === today.day - 1) return t('moment.yesterday', { time });

  const year = then.year === today.year ? {} : { year: 'numeric' as const };
  return t('moment.on', { date: format({ day: 'numeric', month: 'long', ...year }), time });
};

/** «5 марта»; with the year where it is another one. */
export const describeDay = (at: Date, { locale, zone, now }: TellTime): string => {
  const year = dayIn(at, zone).year === dayIn(now, zone).year ? {} : { year: 'numeric' as const };
  const format = new Intl.DateTimeFormat(languageTags[locale], {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    ...year,
  });
  return format.format(at);
};
