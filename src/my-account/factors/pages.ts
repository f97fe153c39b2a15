// The pages of second factors in the account, and their rows on the page of its security.
import { maskPhone, type Account } from '../../accounts/index.ts';
import { hasSecondFactor, type SecondFactorsOf } from '../../second-factors/index.ts';
import type { Mistake, Page, Speech } from '../../web/index.ts';
import { passkeyRow } from '../passkeys/pages.ts';
import { accountPage } from '../shell.ts';
import { drawQr } from './qr-path.ts';

type ShownAccount = Pick<Account, 'profile'>;

const base = '/account/factors';
export const factorAddresses = {
  app: `${base}/app`,
  'app-code': `${base}/app/code`,
  sms: `${base}/sms`,
  codes: `${base}/recovery-codes`,
} as const;
type FactorPlace = 'app' | 'sms' | 'codes';

export const factorRows = (speech: Speech, factors: SecondFactorsOf) => {
  const { t } = speech;
  const row = (place: 'app' | 'sms', isOn: boolean) => ({
    label: t(`factors.${place}.label`),
    tag: isOn ? { kind: 'ok', text: t('factors.on') } : null,
    state: isOn ? '' : t('factors.off'),
    action: { href: factorAddresses[place], label: t(isOn ? 'factors.look' : `factors.${place}.set-up`) },
  });
  const left = t('factors.codes.left', { count: factors.recoveryCodesLeft });
  const isUsedUp = factors.recoveryCodesLeft === 0;
  const codes = {
    label: t('factors.codes.label'),
    tag: isUsedUp ? { kind: 'warn', text: left } : null,
    state: isUsedUp ? '' : left,
    action: { href: factorAddresses.codes, label: t('factors.codes.replace') },
  };
  const own = [row('app', factors.totp), row('sms', factors.sms), passkeyRow(speech, factors.passkeys)];
  return hasSecondFactor(factors) ? [...own, codes] : own;
};

interface OnePage {
  account: ShownAccount;
  place: FactorPlace;
  title: string;
  points: string[];
  note: string;
  button: { label: string; value: string; kind: 'main' | 'danger' } | null;
}

const factorPage = ({ account, place, title, points, note, button }: OnePage): Page =>
  accountPage(account, 'security', {
    view: 'my-account/factor',
    title,
    ...(button === null ? {} : { action: factorAddresses[place] }),
    values: { points, note, button: button && { ...button, sends: { name: 'action', value: button.value } } },
  });

/** What goes with it, said before it is taken away. */
const removalOf = ({ t }: Speech, kind: 'app' | 'sms', factors: SecondFactorsOf) => {
  const others = { ...factors, [kind === 'app' ? 'totp' : 'sms']: false };
  return {
    note: t(hasSecondFactor(others) ? 'factors.removal' : 'factors.removal-last'),
    button: { label: t(`factors.${kind}.remove`), value: 'remove', kind: 'danger' as const },
  };
};

const pointsOf = ({ t }: Speech, place: string, names: readonly string[]) =>
  names.map((name) => t(`factors.${place}.point.${name}`));

export const appFactorPage = (speech: Speech, account: ShownAccount, factors: SecondFactorsOf): Page => {
  const { t } = speech;
  const common = { account, place: 'app', title: t('factors.app.title') } as const;
  if (factors.totp)
    return factorPage({ ...common, points: [t('factors.app.is-on')], ...removalOf(speech, 'app', factors) });
  const button = { label: t('factors.app.begin'), value: 'begin', kind: 'main' } as const;
  return factorPage({ ...common, points: pointsOf(speech, 'app', ['what', 'how', 'lost']), note: '', button });
};

/** `phone`: the confirmed one, where an SMS may go to it. */
export const smsFactorPage = (
  speech: Speech,
  account: ShownAccount,
  { factors, phone }: { factors: SecondFactorsOf; phone: string | undefined },
): Page => {
  const { t } = speech;
  const common = { account, place: 'sms', title: t('factors.sms.title') } as const;
  if (phone === undefined)
    return factorPage({ ...common, points: [t('factors.sms.no-phone')], note: '', button: null });
  const where = t('factors.sms.where', { phone: maskPhone(phone) });
  if (factors.sms) return factorPage({ ...common, points: [where], ...removalOf(speech, 'sms', factors) });
  const button = { label: t('factors.sms.begin'), value: 'begin', kind: 'main' } as const;
  const points = [where, ...pointsOf(speech, 'sms', ['risk', 'lost'])];
  return factorPage({ ...common, points, note: '', button });
};

export const codesFactorPage = (speech: Speech, account: ShownAccount, factors: SecondFactorsOf): Page => {
  const { t } = speech;
  const left = t('factors.codes.left', { count: factors.recoveryCodesLeft });
  return factorPage({
    account,
    place: 'codes',
    title: t('factors.codes.title'),
    points: [left, ...pointsOf(speech, 'codes', ['what', 'anew'])],
    note: '',
    button: { label: t('factors.codes.make'), value: 'make', kind: 'main' },
  });
};

/** The secret, this once: as a picture, as text, and as a link for the phone that the page is read on. */
export const appCodePage = (
  { t }: Speech,
  account: ShownAccount,
  { secret, address, mistakes = [] }: { secret: string; address: string; mistakes?: Mistake[] },
): Page =>
  accountPage(account, 'security', {
    view: 'my-account/factor-app-code',
    title: t('factors.app-code.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: factorAddresses['app-code'],
    values: { qr: drawQr(address), address, secret: secret.replace(/(.{4})(?=.)/g, '$1 ') },
  });

/** `added`: what has just been added, where the codes came with it. */
export const recoveryCodesPage = (
  { t }: Speech,
  account: ShownAccount,
  { codes, added }: { codes: readonly string[]; added: 'app' | 'sms' | 'passkey' | undefined },
): Page =>
  accountPage(account, 'security', {
    view: 'my-account/recovery-codes',
    title: t('factors.codes-made.title'),
    values: { codes, done: t(added === undefined ? 'factors.codes-made.done' : `factors.${added}.added`) },
  });

export const factorPages = { appFactorPage, smsFactorPage, codesFactorPage, appCodePage, recoveryCodesPage };
