// The pages on the way to a PIN: what comes, the code, the PIN, what came of it.
import { tellMasked } from '../../accounts/index.ts';
import { around, describeCountdown, describeWait, type Mistake, type Page, type Speech } from '../../web/index.ts';
import type { SettingStep } from './answers.ts';
import type { FirstLook, OpenSetting } from './setting.ts';
import type { MissingForPin } from './readiness.ts';
import type { ServiceView } from '../../oidc/index.ts';

const base = '/account/pin';

const addresses: Record<SettingStep, string> = {
  start: base,
  code: `${base}/code`,
  choose: `${base}/choose`,
  done: `${base}/done`,
  'used-up': `${base}/over`,
  closed: `${base}/over`,
  overtaken: `${base}/over`,
};
export const addressOf = (step: SettingStep): string => addresses[step];

/** The service that the person came from, if any. */
export type From = Pick<ServiceView, 'name' | 'host' | 'initial'> | undefined;

const page = (from: From, page: Page): Page => ({ ...page, values: { service: from ?? null, ...page.values } });

/** `wait`: until when no code goes. */
export const startPage = (
  { t }: Speech,
  { state, phone, isDown }: Omit<FirstLook, 'missing'>,
  { from, digits, wait }: { from: From; digits: 4 | 6; wait?: Date },
  now: Date,
): Page =>
  page(from, {
    view: 'pin/start',
    title: t(`pin-setting.start.title.${state}`),
    status: wait === undefined ? 200 : 422,
    action: base,
    values: {
      lead: t(`pin-setting.start.lead.${state}`),
      sent: around(t, 'pin-setting.start.code', 'phone'),
      contact: tellMasked('sms', phone),
      points: [t('pin-setting.start.choose', { count: digits }), t('pin-setting.start.hold')],
      down: isDown ? t('code-page.down.sms') : '',
      wait: wait === undefined ? null : describeCountdown(t, 'pin-setting.start.wait', wait, now),
    },
  });

const levelNeeds: readonly MissingForPin[] = ['standard', 'confirmed'];

/** What is missing, each with the way to it. */
export const notReadyPage = ({ t }: Speech, missing: MissingForPin[], from: From, support: string): Page =>
  page(from, {
    view: 'pin/not-ready',
    title: t('pin-setting.not-ready.title'),
    action: base,
    values: {
      missing: missing.map((what) => ({
        label: t(`pin-setting.not-ready.${what}.label`),
        way: t(`pin-setting.not-ready.${what}.way`, { support }),
      })),
      levelUrl: missing.some((what) => levelNeeds.includes(what)) ? '/account/level' : '',
    },
  });

export interface CodeState {
  from: From;
  support: string;
  mistakes?: Mistake[];
  /** A new code was asked for too soon. */
  isTooSoon?: boolean;
}

type Sent = Pick<OpenSetting, 'phone' | 'resendAt' | 'isDown' | 'secondsLeft'> & { answers: { sends: number } };

export const codePage = (
  { t }: Speech,
  { phone, resendAt, isDown, secondsLeft, answers }: Sent,
  { from, support, mistakes = [], isTooSoon = false }: CodeState,
  now: Date,
): Page =>
  page(from, {
    view: 'pin/code',
    title: t('pin-setting.code.title'),
    status: mistakes.length === 0 && !isTooSoon ? 200 : 422,
    mistakes,
    action: addressOf('code'),
    secondsLeft,
    values: {
      sent: around(t, answers.sends > 1 ? 'code-page.sent-again.sms' : 'pin-setting.code.sent', 'destination'),
      contact: tellMasked('sms', phone),
      isTooSoon,
      resend: resendAt === undefined ? null : describeCountdown(t, 'code-page.wait', resendAt, now),
      down: isDown ? t('code-page.down.sms') : '',
      noAccess: t('pin-setting.code.no-access', { support }),
    },
  });

/** `closed`: with `until`, when codes are taken again. */
export const overPage = (
  { t }: Speech,
  why: 'used-up' | 'closed' | 'overtaken',
  { from, until, support, status = 200 }: { from: From; until: Date; support: string; status?: number },
  now: Date,
): Page => {
  const values = { duration: describeWait(until, now, t), support };
  return page(from, {
    view: 'pin/over',
    title: t(`pin-setting.${why}.title`),
    status,
    action: base,
    values: {
      texts: [t(`pin-setting.${why}.text`, values), t(`pin-setting.${why}.advice`, values)],
      againUrl: why === 'closed' ? '' : base,
    },
  });
};

export const choosePage = (
  { t }: Speech,
  {
    from,
    digits,
    secondsLeft,
    mistakes = [],
  }: { from: From; digits: 4 | 6; secondsLeft: number; mistakes?: Mistake[] },
): Page =>
  page(from, {
    view: 'pin/choose',
    title: t('pin-setting.choose.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: addressOf('choose'),
    secondsLeft,
    values: { hint: t('pin-setting.choose.hint', { count: digits }) },
  });

/** `made`: a PIN that was made for the person, shown this once. `continueTo`: the request that the person came from, where it still waits. */
export const donePage = (
  { t }: Speech,
  became: 'created' | 'changed',
  { from, continueTo, made = '' }: { from: From; continueTo: string; made?: string },
): Page =>
  page(from, {
    view: 'pin/done',
    title: t(`pin-setting.done.title.${became}`),
    values: {
      made,
      points: ['use', 'hold', 'secret', 'told'].map((name) => t(`pin-setting.done.${name}`)),
      main:
        continueTo === '' || from === undefined
          ? { href: '/account/security', label: t('pin-setting.done.security') }
          : { href: continueTo, label: t('pin-setting.done.continue', { service: from.name }) },
      againUrl: base,
    },
  });

export const pinPages = { startPage, notReadyPage, codePage, overPage, choosePage, donePage };
