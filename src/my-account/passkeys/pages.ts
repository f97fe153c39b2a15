// The pages of passkeys: what there is, a name for one, and the moment in which the browser makes it.
import { describeDay, type Mistake, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import type { Account } from '../../accounts/index.ts';
import type { Passkey } from '../../second-factors/index.ts';

/** What has just been done or not, told once above the page. */
export const passkeysDone = ['added', 'renamed', 'removed', 'last', 'unknown', 'taken', 'full', 'gone'] as const;
export type PasskeysDone = (typeof passkeysDone)[number];
const isDone = (done: PasskeysDone): boolean => ['added', 'renamed', 'removed'].includes(done);

export const passkeysAddress = '/account/passkeys';
type Owner = Pick<Account, 'profile'>;
type ShownPasskey = Pick<Passkey, 'id' | 'name' | 'createdAt' | 'lastUsedAt'>;

const rowOf = (speech: Speech, { id, name, createdAt, lastUsedAt }: ShownPasskey, zone: string | undefined) => {
  const { t, locale } = speech;
  return {
    label: name,
    isData: true,
    state: t('passkeys.added-on', { day: describeDay(createdAt, zone, locale) }),
    id,
    used:
      lastUsedAt === null
        ? t('passkeys.never-used')
        : t('passkeys.used', { day: describeDay(lastUsedAt, zone, locale) }),
  };
};

export const passkeysPage = (
  speech: Speech,
  account: Owner,
  { passkeys, most, done }: { passkeys: readonly ShownPasskey[]; most: number; done: PasskeysDone | undefined },
): Page => {
  const { t } = speech;
  const rows = passkeys.map((passkey) => rowOf(speech, passkey, account.profile.zoneinfo));
  return accountPage(account, 'security', {
    view: 'my-account/passkeys',
    title: t('passkeys.title'),
    ...(rows.length === 0 ? {} : { action: passkeysAddress }),
    values: {
      done: done === undefined ? null : { kind: isDone(done) ? 'ok' : 'warn', text: t(`passkeys.done.${done}`) },
      rows: rows.map(({ id, used, ...row }) => ({
        ...row,
        details: [used],
        action: { href: `${passkeysAddress}/rename?key=${id}`, label: t('passkeys.rename-action') },
        button: { name: 'remove', value: id, label: t('passkeys.remove') },
      })),
      mayAdd: passkeys.length < most,
    },
  });
};

export interface PasskeyNameState {
  name: string;
  mistakes?: Mistake[];
  /** Which one is renamed; a new one without it. */
  key?: string;
}

export const passkeyNamePage = (
  { t }: Speech,
  account: Owner,
  { name, mistakes = [], key = '' }: PasskeyNameState,
): Page => {
  const kind = key === '' ? 'new' : 'rename';
  return accountPage(account, 'security', {
    view: 'my-account/passkey-name',
    title: t(`passkeys.${kind}.title`),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: `${passkeysAddress}/${kind === 'new' ? 'add' : 'rename'}`,
    values: { name, key, lead: t(`passkeys.${kind}.lead`), submit: t(`passkeys.${kind}.submit`) },
  });
};

/** `options`: what the authenticator is asked, as JSON. */
export const passkeyMakingPage = (
  { t }: Speech,
  account: Owner,
  { name, options }: { name: string; options: string },
): Page =>
  accountPage(account, 'security', {
    view: 'my-account/passkey-making',
    title: t('passkeys.making.title'),
    action: `${passkeysAddress}/new`,
    values: { name, ceremony: { way: 'create', options, startsItself: true } },
  });

/** It is the last second factor. */
export const passkeyRemovalPage = (
  { t }: Speech,
  account: Owner,
  { id, name }: Pick<ShownPasskey, 'id' | 'name'>,
): Page =>
  accountPage(account, 'security', {
    view: 'my-account/factor',
    title: t('passkeys.removal.title'),
    action: `${passkeysAddress}/remove`,
    values: {
      points: [name],
      areData: true,
      note: t('factors.removal-last'),
      button: { label: t('passkeys.removal.submit'), sends: { name: 'remove', value: id }, kind: 'danger' },
    },
  });

export const passkeyPages = { passkeysPage, passkeyNamePage, passkeyMakingPage, passkeyRemovalPage };

/** On the page of security, among what can be a second factor. */
export const passkeyRow = ({ t }: Speech, count: number) => ({
  label: t('passkeys.title'),
  tag: count === 0 ? null : { kind: 'ok', text: t('passkeys.count', { count }) },
  state: count === 0 ? t('passkeys.about') : '',
  action: { href: passkeysAddress, label: t(count === 0 ? 'factors.app.set-up' : 'factors.look') },
});
