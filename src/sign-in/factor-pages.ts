// The page that asks for a second factor, with the other ways to give one; and the page for whoever has none.
import { maskPhone, tellMasked } from '../accounts/index.ts';
import type { FactorWay } from '../second-factors/index.ts';
import { around, describeCountdown, type Mistake, type Page, type Speech } from '../web/index.ts';
import { fieldOf, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { Place } from './pages.ts';

/** Where the page stands: in a sign-in, in a request of somebody signed in, or before something important in the account. */
export interface FactorFrame {
  service: Place['service'] | undefined;
  /** Address of the pages, one a way. */
  base: (step: FactorStep) => string;
  secondsLeft?: number;
  /** This browser may be remembered. */
  canRemember: boolean;
  /** Where the password can be typed in place of it. */
  passwordUrl?: string | undefined;
}

export interface FactorFacts {
  ways: readonly FactorWay[];
  /** Where a code by SMS goes, where it may. */
  phone: string | undefined;
  /** When the next may go, unless it may now. */
  resendAt: Date | undefined;
  isDown: boolean;
}

export interface FactorState {
  mistakes?: Mistake[];
  /** Until when nothing of this kind is taken. */
  waitUntil?: Date;
  /** A new SMS was asked for too soon. */
  isTooSoon?: boolean;
  /** The passkey was not taken. */
  isRefused?: boolean;
  /** What the authenticator is asked, as JSON. */
  options?: string;
  remember?: boolean;
}

const sentence = ({ t }: Speech, step: FactorStep, phone: string | undefined) => ({
  lead: wayOfStep(step) === 'sms' ? '' : t(`second-factor.${wayOfStep(step)}.lead`),
  sent: phone === undefined ? null : around(t, `second-factor.sms.${step === 'sms' ? 'will-send' : 'sent'}`, 'phone'),
  contact: phone === undefined ? null : tellMasked('sms', maskPhone(phone)),
});

/** What has to be pressed before there is anything to give. */
const firstPress = ({ t }: Speech, step: FactorStep) => {
  if (step === 'sms') return { label: t('second-factor.sms.send'), value: 'send', isForPasskeys: false };
  return step === 'passkey' ? { label: t('second-factor.passkey.ask'), value: 'ask', isForPasskeys: true } : null;
};

const hintOf = ({ t }: Speech, step: FactorStep): string => {
  if (wayOfStep(step) === 'sms') return t('code-page.hint');
  return step === 'totp' || step === 'recovery' ? t(`second-factor.${step}.hint`) : '';
};

const othersOf = ({ t }: Speech, { base, passwordUrl }: FactorFrame, step: FactorStep, ways: readonly FactorWay[]) => [
  ...ways
    .filter((way) => way !== wayOfStep(step))
    .map((way) => ({ href: base(way), label: t(`second-factor.${way}.instead`) })),
  ...(passwordUrl === undefined ? [] : [{ href: passwordUrl, label: t('second-factor.password-instead') }]),
];

export const secondFactorPage = (
  speech: Speech,
  frame: FactorFrame,
  step: FactorStep,
  { ways, phone, resendAt, isDown }: FactorFacts,
  { mistakes = [], waitUntil, isTooSoon = false, isRefused = false, options, remember = false }: FactorState,
  now: Date,
): Page => {
  const { t } = speech;
  const { service, base, secondsLeft, canRemember } = frame;
  const way = wayOfStep(step);
  const isSms = way === 'sms';
  const until = isSms ? resendAt : undefined;
  const others = othersOf(speech, frame, step, ways);
  return {
    view: 'sign-in/second-factor',
    title: t(`second-factor.${way}.title`),
    status: mistakes.length === 0 && waitUntil === undefined && !isTooSoon && !isRefused ? 200 : 422,
    mistakes,
    action: base(step),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    values: {
      service: service ?? null,
      ...sentence(speech, step, isSms ? phone : undefined),
      hint: hintOf(speech, step),
      field: step === 'sms' || way === 'passkey' ? '' : fieldOf(step),
      press: firstPress(speech, step),
      refused: isRefused ? t('second-factor.passkey.refused') : '',
      ceremony: options === undefined ? null : { way: 'get', options, startsItself: true },
      missing: t(`second-factor.passkey.${others.length === 0 ? 'missing-alone' : 'missing'}`),
      wait: waitUntil === undefined ? null : describeCountdown(t, 'second-factor.wait', waitUntil, now),
      isTooSoon,
      resend: until === undefined ? null : describeCountdown(t, 'code-page.wait', until, now),
      down: isSms && isDown ? t('second-factor.sms.down') : '',
      canResend: step === 'sms-code',
      canRemember: canRemember && step !== 'sms',
      isRemembered: remember,
      others,
    },
  };
};

/** The service asks for a second factor and the person has none. */
export const noFactorPage = ({ t }: Speech, { uid, service, secondsLeft }: Place): Page => ({
  view: 'sign-in/no-second-factor',
  title: t('second-factor.none.title'),
  action: `/interaction/${uid}/second-factor`,
  secondsLeft,
  values: { service },
});
