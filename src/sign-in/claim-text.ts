// A claim's value as a person reads it, in their language.
import type { OfferedClaim } from './consent.ts';
import { formatPhone } from '../accounts/index.ts';
import { isLocale, languageTags, type Locale, type Translate } from '../web/index.ts';

const formatDate = (value: Date, locale: Locale): string =>
  new Intl.DateTimeFormat(languageTags[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(value);

/** «Москва, стандартное время»; a profile may hold any text, which is shown as it is. */
const formatZone = (value: string, locale: Locale): string => {
  try {
    const format = new Intl.DateTimeFormat(languageTags[locale], { timeZone: value, timeZoneName: 'longGeneric' });
    return format.formatToParts().find(({ type }) => type === 'timeZoneName')?.value ?? value;
  } catch {
    return value;
  }
};

const formatAddress = (value: Record<string, string>): string =>
  value['formatted'] ??
  ['postal_code', 'region', 'locality', 'street_address', 'country']
    .map((part) => value[part])
    .filter((part) => part !== undefined)
    .join(', ');

const isDate = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

const formatValue = ({ name, value }: OfferedClaim, t: Translate, locale: Locale): string => {
  if (value === undefined) return t('consent.value.missing');
  if (typeof value === 'boolean') return t(value ? 'consent.value.yes' : 'consent.value.no');
  if (typeof value === 'object') return formatAddress(value);
  if (typeof value === 'number') return formatDate(new Date(value * 1000), locale);
  if (name === 'birthdate' && isDate(value)) return formatDate(new Date(`${value}T00:00:00Z`), locale);
  if (name === 'gender' && (value === 'male' || value === 'female')) return t(`consent.gender.${value}`);
  if (name === 'phone_number') return formatPhone(value);
  if (name === 'zoneinfo') return formatZone(value, locale);
  if (name === 'locale' && isLocale(value)) return t(`locales.${value}.name`);
  return value;
};

export const describeClaim = (claim: OfferedClaim, t: Translate, locale: Locale) => ({
  label: t(`consent.claim.${claim.name}`),
  value: formatValue(claim, t, locale),
  isMissing: claim.value === undefined,
});
