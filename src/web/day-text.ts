// Days and moments as people write them, in their language and where they live.
import { languageTags, type Locale } from './texts.ts';

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false; // a profile may hold any text
  }
};

const homeZone = 'Europe/Moscow';

/** The zone of a profile, or the deployment's where it has none that is known. */
export const zoneOf = (zone: string | undefined): string => (zone !== undefined && isZone(zone) ? zone : homeZone);

/** «3 марта 2026 г.» */
export const describeDay = (at: Date, zone: string | undefined, locale: Locale): string =>
  new Intl.DateTimeFormat(languageTags[locale], { dateStyle: 'long', timeZone: zoneOf(zone) }).format(at);
