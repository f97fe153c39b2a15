// What is held of a person, in words, and the button that gives it as a file.
import { formatPhone, formatSnils, type Account } from '../../accounts/index.ts';
import { nameClaim, shownClaims } from '../../oidc/index.ts';
import { describeDay, describeMoment, isLocale, type Clock, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import type { HeldEntry, HeldValue } from '../../mongo/index.ts';
import { allowedBy, type OwnData } from './own-data.ts';

/** Texts that stand for something: the key of the words. */
const wordKeys: Record<string, (value: string) => string> = {
  level: (value) => `consent.assurance.${value}`,
  gender: (value) => `consent.gender.${value}`,
  pinState: (value) => `account.security.pin-state.${value}`,
  told: (value) => `not-me.event.${value}`,
  state: (value) => `my-data.state.${value}`,
  identifierKind: (value) => `my-data.identifier.${value}`,
  operationState: (value) => `my-data.operation.${value}`,
  signInNotices: (value) => `own-data.notices.${value}`,
};

/** Names of RFC 8176 that a sign-in of ours can have. */
const methods = ['pwd', 'sms', 'otp', 'hwk', 'swk', 'user', 'mfa', 'pin'];
const sayMethod = (name: string, t: Speech['t']): string =>
  methods.includes(name) ? t(`my-data.method.${name}`) : name;

/** Too many to read here: the page tells how many there are, and the history has them in words. */
const countedOnly = new Set(['journal']);

export const ownDataPage = (
  speech: Speech,
  account: Pick<Account, 'profile'>,
  { parts, names, values }: OwnData,
  now: Date,
): Page => {
  const { t, locale } = speech;
  const clock: Clock = { zone: account.profile.zoneinfo, now };

  const sayText = (field: string, value: string): string => {
    const words = wordKeys[field];
    if (words !== undefined) return t(words(value));
    if (field === 'locale' && isLocale(value)) return t(`locales.${value}.name`);
    if (field === 'service') return names.get(value) ?? value;
    if (field === 'snils') return formatSnils(value);
    if (field === 'phone') return formatPhone(value);
    return field === 'birthdate' || field === 'passportIssued'
      ? describeDay(new Date(`${value}T12:00:00Z`), 'UTC', locale)
      : value;
  };
  const say = (field: string, value: Exclude<HeldValue, null | undefined>): string => {
    if (value instanceof Date) return describeMoment(value, speech, clock);
    if (typeof value === 'boolean') return t(value ? 'consent.value.yes' : 'consent.value.no');
    if (typeof value === 'string') return sayText(field, value);
    if (typeof value === 'number') return String(value);
    if (field === 'signedInBy') return [...new Set(value.map((one) => sayMethod(one, t)))].join(', ');
    return value.map((one) => (field === 'services' ? (names.get(one) ?? one) : one)).join(', ');
  };
  /** In the words of the consent, in place of scopes and names of claims. */
  const sayAllowed = (entry: HeldEntry): string => {
    const allowed = allowedBy(entry);
    const seen = shownClaims(allowed, values).map((name) => nameClaim(name, t));
    const what = seen.length === 0 ? t('my-data.sees-nothing') : seen.join(', ');
    return allowed.scopes.includes('offline_access') ? `${what}. ${t('consent.scope.offline_access')}` : what;
  };
  const factsOf = (entry: HeldEntry) =>
    Object.entries(entry).flatMap(([field, value]) => {
      if (value === null || value === undefined || field === 'claims') return [];
      const text = field === 'scopes' ? sayAllowed(entry) : say(field, value);
      return text === '' ? [] : [{ label: t(`my-data.field.${field}`), value: text }];
    });

  return accountPage(account, 'home', {
    view: 'my-account/data',
    title: t('my-data.title'),
    action: '/account/data',
    values: {
      parts: parts
        .filter(({ entries }) => entries.length > 0)
        .map(({ collection, entries }) => ({
          title: t(`my-data.part.${collection}`),
          count: countedOnly.has(collection) ? t('my-data.events', { count: entries.length }) : '',
          entries: countedOnly.has(collection) ? [] : entries.map(factsOf),
        })),
      absent: ['secrets', 'messages', 'counters'].map((what) => t(`my-data.absent.${what}`)),
    },
  });
};
