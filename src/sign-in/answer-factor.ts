// What comes of the form that asks for a second factor, the same wherever it stands: the code is judged, an SMS goes, or there is something to say.
import { factorWaysOf, type FactorCheck, type SecondFactors } from '../second-factors/index.ts';
import type { Account } from '../accounts/index.ts';
import { fieldOf, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { FactorFacts, FactorState } from './factor-pages.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { Translate } from '../web/index.ts';

export interface FactorForm {
  action?: 'send' | undefined;
  code: string;
  recovery_code: string;
}

/** Whose factor is asked for. `flowId`: what a code by SMS is sent for. */
export interface AskedPerson {
  account: Account;
  flowId: string;
  /** In a session of theirs, in place of a sign-in. */
  isSignedIn: boolean;
}

export type FactorAnswer =
  { outcome: 'right' } | { outcome: 'sent' } | { outcome: 'again'; state: FactorState; resendAt?: Date };

/** What the page has to know. */
export const factsFor = async (
  { ofAccount, sms }: Pick<SecondFactors, 'ofAccount' | 'sms'>,
  account: Account,
): Promise<FactorFacts> => {
  const ways = factorWaysOf(await ofAccount(account));
  const phone = ways.includes('sms') ? sms.phoneOf(account) : undefined;
  if (phone === undefined) return { ways, phone, resendAt: undefined, isDown: false };
  return { ways, phone, resendAt: await sms.resendAt(phone), isDown: await sms.isDown() };
};

const stateAfter = (check: Exclude<FactorCheck, { outcome: 'right' }>, step: FactorStep, t: Translate): FactorState => {
  const field = fieldOf(step);
  switch (check.outcome) {
    case 'wait':
      return { waitUntil: check.until };
    case 'over':
      return { mistakes: [{ field, text: t('code-page.mistake.over') }] };
    case 'wrong':
    case 'malformed':
      return { mistakes: [{ field, text: t(`second-factor.${wayOfStep(step)}.mistake.${check.outcome}`) }] };
  }
};

export const createAnswerFactor =
  ({ check, sms }: Pick<SecondFactors, 'check' | 'sms'>) =>
  async (
    { account, flowId, isSignedIn }: AskedPerson,
    step: FactorStep,
    form: FactorForm,
    { visit, t }: { visit: SignInVisit; t: Translate },
  ): Promise<FactorAnswer> => {
    if (form.action === 'send') {
      const sent = await sms.send(account, { flowId, isSignedIn }, visit);
      if (sent.outcome === 'sent') return sent;
      return { outcome: 'again', state: { isTooSoon: true }, resendAt: sent.until };
    }
    const given = { way: wayOfStep(step), typed: form[fieldOf(step)], flowId, isSignedIn };
    const checked = await check(account, given, visit);
    return checked.outcome === 'right' ? checked : { outcome: 'again', state: stateAfter(checked, step, t) };
  };

export type AnswerFactor = ReturnType<typeof createAnswerFactor>;
