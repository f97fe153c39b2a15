// What the account says of its person: what a registry has confirmed, and what they may change.
import { formatSnils, fullName, maskInn, maskNumber, maskPassport, maskSnils } from '../../accounts/index.ts';
import { isLocale, languageTags, zoneOf, type Mistake, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import { zoneOptions } from './zones.ts';
import type { TypedDetails } from './forms.ts';
import type { Account, Documents, Name } from '../../accounts/index.ts';

type ShownAccount = Pick<Account, 'profile' | 'level' | 'signInNotices'>;

export const base = '/account/profile';
export const nameAddress = `${base}/name`;

export const detailsAddress = `${base}/details`;

export const profileDone = ['saved', 'name', 'details'] as const;
export type ProfileDone = (typeof profileDone)[number];

const dateOf = (birthdate: string, { locale }: Speech): string =>
  new Intl.DateTimeFormat(languageTags[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(birthdate));

const documentRows = ({ t }: Speech, { snils, inn, passport, foreign }: Documents) =>
  [
    { name: 'snils', state: snils === undefined ? '' : maskSnils(formatSnils(snils)) },
    { name: 'inn', state: inn === undefined ? '' : maskInn(inn) },
    { name: 'passport', state: passport === undefined ? '' : maskPassport(passport.series, passport.number) },
    { name: 'foreign', state: foreign === undefined ? '' : maskNumber(foreign) },
  ]
    .filter(({ state }) => state !== '')
    .map(({ name, state }) => ({ label: t(`own-data.${name}`), state, isStateData: true }));

const personRows = (speech: Speech, { profile, level }: ShownAccount) => {
  const { t } = speech;
  const { nickname = '', birthdate, gender } = profile;
  const isOwn = level === 'basic';
  const change = { href: detailsAddress, label: t('own-data.change') };
  const none = t('own-data.not-given');
  return [
    {
      label: t('own-data.name'),
      state: fullName(profile),
      isStateData: true,
      action: isOwn ? { href: nameAddress, label: t('own-data.change') } : null,
    },
    { label: t('own-data.nickname'), state: nickname || none, isStateData: nickname !== '', action: change },
    {
      label: t('own-data.birthdate'),
      state: birthdate === undefined ? none : dateOf(birthdate, speech),
      isStateData: birthdate !== undefined,
      action: isOwn ? change : null,
    },
    {
      label: t('own-data.gender'),
      state: gender === undefined ? none : t(`own-data.genders.${gender}`),
      action: change,
    },
  ];
};

const levelRow = ({ t }: Speech, { level }: ShownAccount) => ({
  label: t('account.home.level'),
  tag: { kind: level === 'basic' ? 'warn' : 'ok', text: t(`consent.assurance.${level}`) },
  action: level === 'confirmed' ? null : { href: '/account/level', label: t('account.home.raise') },
});

export const profilePage = (
  speech: Speech,
  account: ShownAccount,
  { documents, done, mistakes = [] }: { documents: Documents; done?: ProfileDone | undefined; mistakes?: Mistake[] },
  now: Date,
): Page => {
  const { t, locale } = speech;
  const { profile, level, signInNotices = 'new' } = account;
  const zone = zoneOf(profile.zoneinfo);
  return accountPage(account, 'profile', {
    view: 'my-account/profile',
    title: t('own-data.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: base,
    values: {
      done: done === undefined ? '' : t(`own-data.done.${done}`),
      rows: [...personRows(speech, account), ...documentRows(speech, documents), levelRow(speech, account)],
      why: t(`own-data.why.${level === 'basic' ? 'basic' : 'confirmed'}`),
      zone,
      zones: zoneOptions(speech, zone, now),
      language: isLocale(profile.locale) ? profile.locale : locale,
      languageOptions: ['ru', 'en', 'pt'].map((one) => ({ value: one, label: t(`locales.${one}.name`) })),
      signInNotices,
      notices: ['new', 'every'].map((one) => ({ value: one, label: t(`own-data.notices.${one}`) })),
    },
  });
};

export const namePage = (
  { t }: Speech,
  account: ShownAccount,
  { familyName, givenName, middleName = '' }: Name,
  mistakes: Mistake[] = [],
): Page =>
  accountPage(account, 'profile', {
    view: 'my-account/name',
    title: t('own-data.rename.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: nameAddress,
    values: { familyName, givenName, middleName },
  });

/** The date of birth while no registry has confirmed it. */
export const detailsPage = (
  { t }: Speech,
  account: ShownAccount,
  { nickname, gender, birthdate }: TypedDetails,
  mistakes: Mistake[] = [],
): Page =>
  accountPage(account, 'profile', {
    view: 'my-account/details',
    title: t('own-data.details.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: detailsAddress,
    values: {
      nickname,
      gender,
      genders: ['', 'female', 'male'].map((one) => ({
        value: one,
        label: t(one === '' ? 'own-data.not-given' : `own-data.genders.${one}`),
      })),
      birthdate: account.level === 'basic' ? birthdate : null,
    },
  });

export const profilePages = { profilePage, accountNamePage: namePage, detailsPage };
