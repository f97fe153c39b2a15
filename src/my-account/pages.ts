// The pages of the account, each from what there is to say on it.
import type { Account } from '../accounts/index.ts';
import { describeCountdown, describeDay, passwordAdvice, type Mistake, type Page, type Speech } from '../web/index.ts';
import { contactRows } from './contacts/contact-rows.ts';
import { factorRows } from './factors/pages.ts';
import { accountPage } from './shell.ts';
import type { SecondFactorsOf } from '../second-factors/index.ts';
import type { Attention, Overview, PinStatus } from './overview.ts';

/** What the pages tell of an account. */
export type ShownAccount = Pick<
  Account,
  'profile' | 'level' | 'phone' | 'email' | 'passwordChangedAt' | 'accountNumber'
>;

const laterAddress = '/account/pin/remind-later';

/** `back`: the page that the notes stand on, to come back to. */
const notesOf = ({ t }: Speech, attention: Attention[], back: 'home' | 'security') =>
  attention.map((what) => ({
    title: t(`account.attention.${what}.title`),
    text: t(`account.attention.${what}.text`),
    link: {
      href: what === 'level-basic' ? '/account/level' : '/account/pin',
      label: t(`account.attention.${what}.link`),
    },
    later: what === 'pin-old' ? { label: t('account.attention.pin-old.later'), back } : null,
  }));

/** A reminder can be put off, by the one form of the page. */
const formOf = (attention: Attention[]): Pick<Page, 'action'> =>
  attention.includes('pin-old') ? { action: laterAddress } : {};

export const accountHomePage = (speech: Speech, { account, attention }: Overview<ShownAccount>): Page => {
  const { t } = speech;
  const { level, phone, email, profile } = account;
  return accountPage(account, 'home', {
    view: 'my-account/home',
    title: t('account.home.title', { name: profile.givenName }),
    ...formOf(attention),
    values: {
      notes: notesOf(speech, attention, 'home'),
      level: {
        label: t('account.home.level'),
        tag: { kind: level === 'basic' ? 'warn' : 'ok', text: t(`consent.assurance.${level}`) },
        state: t(`account.home.gives.${level}`),
        action: level === 'confirmed' ? null : { href: '/account/level', label: t('account.home.raise') },
      },
      contacts: contactRows(speech, { phone, email }, '/account/contacts'),
      ownData: [
        {
          label: t('account.home.data'),
          state: t('account.home.data-state'),
          action: { href: '/account/data', label: t('account.home.data-action') },
        },
        {
          label: t('account.home.delete'),
          state: t('account.home.delete-state'),
          action: { href: '/account/delete', label: t('account.home.delete-action') },
        },
      ],
    },
  });
};

const pinRow = ({ t, locale }: Speech, { state, setAt }: PinStatus, zone: string | undefined) => {
  const kinds = { none: 'warn', locked: 'danger', outdated: 'warn', usable: 'ok' } as const;
  return {
    label: t('account.security.pin'),
    tag: { kind: kinds[state], text: t(`account.security.pin-state.${state}`) },
    state:
      state !== 'usable' || setAt === undefined
        ? ''
        : t('account.security.pin-since', { day: describeDay(setAt, zone, locale) }),
    action: { href: '/account/pin', label: t(`account.security.pin-action.${state}`) },
  };
};

/** What has just been done, told once above the page. */
export const doneKinds = ['password', 'app-added', 'app-removed', 'sms-added', 'sms-removed'] as const;
export type Done = (typeof doneKinds)[number];

export const securityPage = (
  speech: Speech,
  { account, pin, attention, factors }: Overview<ShownAccount> & { factors: SecondFactorsOf },
  done?: Done,
): Page => {
  const { t, locale } = speech;
  const { passwordChangedAt: changed, profile } = account;
  const ofPin = attention.filter((what) => what.startsWith('pin'));
  const changedOn = changed === undefined ? '' : describeDay(changed, profile.zoneinfo, locale);
  return accountPage(account, 'security', {
    view: 'my-account/security',
    title: t('account.security.title'),
    ...formOf(attention),
    values: {
      done: done === undefined ? '' : t(`account.done.${done}`),
      notes: notesOf(speech, ofPin, 'security'),
      rows: [
        {
          label: t('account.security.password'),
          state: changedOn === '' ? '' : t('account.security.password-changed', { day: changedOn }),
          action: { href: '/account/password', label: t('account.security.change') },
        },
        pinRow(speech, pin, profile.zoneinfo),
        ...factorRows(speech, factors),
        {
          label: t('account.security.devices'),
          state: t('account.security.devices-state'),
          action: { href: '/account/devices', label: t('account.security.look') },
        },
      ],
    },
  });
};

export interface PasswordPageState {
  mistakes?: Mistake[];
  /** Too many wrong old passwords. */
  waitUntil?: Date;
  /** A password that was made for the person, shown this once. */
  made?: string;
}

/** The name under which the person signs in, for password managers and apps. */
export const loginOf = ({ phone, email }: Pick<Account, 'phone' | 'email'>): string =>
  phone?.value ?? email?.value ?? '';

export const changePasswordPage = (
  { t }: Speech,
  account: ShownAccount,
  { mistakes = [], waitUntil, made = '' }: PasswordPageState,
  { least, now }: { least: number; now: Date },
): Page =>
  accountPage(account, 'security', {
    view: 'my-account/password',
    title: t('account.password.title'),
    status: mistakes.length === 0 && waitUntil === undefined ? 200 : 422,
    mistakes,
    action: '/account/password',
    values: {
      login: loginOf(account),
      made,
      least,
      advice: passwordAdvice(t, least),
      wait: waitUntil === undefined ? null : describeCountdown(t, 'proof.wait', waitUntil, now),
    },
  });

/** `reference`: of the page that the person came from with a question; `last`: of the last thing that was refused. */
export const accountHelpPage = (
  { t }: Speech,
  account: ShownAccount,
  { reference, support }: { reference: string; support: string },
): Page =>
  accountPage(account, 'home', {
    view: 'my-account/help',
    title: t('account.help.title'),
    values: {
      support,
      facts: [
        { label: t('account.help.number'), value: account.accountNumber.replace(/(\d{3})(\d{3})(\d{4})/, '$1 $2 $3') },
        ...(reference === '' ? [] : [{ label: t('account.help.reference'), value: reference }]),
      ],
    },
  });

/** The answer to a request for the account that this browser never made. */
export const entryLostPage = ({ t }: Speech): Page => ({
  view: 'my-account/entry-lost',
  title: t('account.entry-lost.title'),
  status: 400,
  quotesReference: true,
});
