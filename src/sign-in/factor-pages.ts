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
  /** Until when no code of this kind is taken. */
  waitUntil?: Date;
  /** A new SMS was asked for too soon. */
  isTooSoon?: boolean;
  remember?: boolean;
}

const sentence = ({ t }: Speech, step: FactorStep, phone: string | undefined) => ({
  lead: step === 'totp' || step === 'recovery' ? t(`second-factor.${step}.lead`) : '',
  sent: phone === undefined ? null : around(t, `second-factor.sms.${step === 'sms' ? 'will-send' : 'sent'}`, 'phone'),
  contact: phone === undefined ? null : tellMasked('sms', maskPhone(phone)),
});

export const secondFactorPage = (
  speech: Speech,
  { service, base, secondsLeft, canRemember }: FactorFrame,
  step: FactorStep,
  { ways, phone, resendAt, isDown }: FactorFacts,
  { mistakes = [], waitUntil, isTooSoon = false, remember = false }: FactorState,
  now: Date,
): Page => {
  const { t } = speech;
  const isSms = wayOfStep(step) === 'sms';
  const until = isSms ? resendAt : undefined;
  return {
    view: 'sign-in/second-factor',
    title: t(`second-factor.${wayOfStep(step)}.title`),
    status: mistakes.length === 0 && waitUntil === undefined && !isTooSoon ? 200 : 422,
    mistakes,
    action: base(step),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    values: {
      service: service ?? null,
      ...sentence(speech, step, isSms ? phone : undefined),
      hint: t(isSms ? 'code-page.hint' : `second-factor.${step}.hint`),
      field: step === 'sms' ? '' : fieldOf(step),
      wait: waitUntil === undefined ? null : describeCountdown(t, 'second-factor.wait', waitUntil, now),
      isTooSoon,
      resend: until === undefined ? null : describeCountdown(t, 'code-page.wait', until, now),
      down: isSms && isDown ? t('second-factor.sms.down') : '',
      canResend: step === 'sms-code',
      canRemember: canRemember && step !== 'sms',
      isRemembered: remember,
      others: ways
        .filter((way) => way !== wayOfStep(step))
        .map((way) => ({ href: base(way), label: t(`second-factor.${way}.instead`) })),
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
