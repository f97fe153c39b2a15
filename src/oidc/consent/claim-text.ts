// A claim's value as a person reads it, in their language.
import {
  assuranceLevelClaim,
  formatPhone,
  maskInn,
  maskNumber,
  maskPassport,
  maskSnils,
} from '../../accounts/index.ts';
import { isLocale, languageTags, type Locale, type Translate } from '../../web/index.ts';
import type { Claims } from '../../accounts/index.ts';

export interface OfferedClaim {
  name: string;
  /** Absent where the account has no such value, so none will be given. */
  value: Claims[string] | undefined;
}

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

const formatDay = (value: string, locale: Locale): string =>
  isDate(value) ? formatDate(new Date(`${value}T00:00:00Z`), locale) : value;

/** «паспорт 45 •• ••••56, выдан 14 марта 2008 г.» */
const formatDocument = (document: Record<string, string>, t: Translate, locale: Locale): string => {
  const { type, series = '', number = '', issue_date: issued = '' } = document;
  return type === 'passport'
    ? t('consent.document.passport', { number: maskPassport(series, number), date: formatDay(issued, locale) })
    : t('consent.document.foreign', { number: maskNumber(number) });
};

/** Texts that are not shown as they are. A document is masked: who looks over a shoulder learns no number. */
const formats = new Map<string, (value: string, t: Translate, locale: Locale) => string>([
  ['birthdate', (value, _t, locale) => formatDay(value, locale)],
  ['gender', (value, t) => (value === 'male' || value === 'female' ? t(`consent.gender.${value}`) : value)],
  ['phone_number', formatPhone],
  ['zoneinfo', (value, _t, locale) => formatZone(value, locale)],
  ['locale', (value, t) => (isLocale(value) ? t(`locales.${value}.name`) : value)],
  ['snils', maskSnils],
  ['inn', maskInn],
  [assuranceLevelClaim, (value, t) => t(`consent.assurance.${value}`)],
]);

const formatValue = ({ name, value }: OfferedClaim, t: Translate, locale: Locale): string => {
  if (value === undefined) return t('consent.value.missing');
  if (typeof value === 'boolean') return t(value ? 'consent.value.yes' : 'consent.value.no');
  if (Array.isArray(value)) return value.map((document) => formatDocument(document, t, locale)).join('; ');
  if (typeof value === 'object') return formatAddress(value);
  if (typeof value === 'number') return formatDate(new Date(value * 1000), locale);
  return formats.get(name)?.(value, t, locale) ?? value;
};

/** A claim's name in the texts, where `:` and `.` part one key from the next. */
export const textKeyOf = (name: string): string => name.replace(/^urn:civic-id:claim:/, '');

/** What a claim is called. */
export const nameClaim = (name: string, t: Translate): string => t(`consent.claim.${textKeyOf(name)}`);

export const describeClaim = (claim: OfferedClaim, t: Translate, locale: Locale) => ({
  label: nameClaim(claim.name, t),
  value: formatValue(claim, t, locale),
  isMissing: claim.value === undefined,
});
