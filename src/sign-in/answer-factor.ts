// What comes of the form that asks for a second factor, the same wherever it stands: the answer is judged, an SMS goes, an authenticator is asked, or there is something to say.
import { z } from 'zod';
import { factorWaysOf, type FactorCheck, type SecondFactors } from '../second-factors/index.ts';
import type { Account } from '../accounts/index.ts';
import { fieldOf, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { AskedPasskey, AskedPerson } from './asked-passkey.ts';
import type { FactorFacts, FactorState } from './factor-pages.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { Translate } from '../web/index.ts';

/** What is typed on such a page, by whatever way. */
export const factorForm = z.strictObject({
  action: z.enum(['cancel', 'send', 'ask']).optional(),
  code: z.string().default(''),
  recovery_code: z.string().default(''),
  credential: z.string().default(''),
  remember_browser: z.literal('yes').optional(),
});
type FactorForm = z.infer<typeof factorForm>;

export type FactorAnswer =
  | { outcome: 'right'; amr: string[] }
  /** Another page comes; `passkeyToken`: for the browser's cookie. */
  | { outcome: 'on'; step: FactorStep; passkeyToken?: string }
  | { outcome: 'again'; step: FactorStep; state: FactorState; resendAt?: Date };

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
  const [field, way] = [fieldOf(step), wayOfStep(step)];
  if (check.outcome === 'wait') return { waitUntil: check.until };
  if (way === 'passkey') return { isRefused: true };
  if (check.outcome === 'over') return { mistakes: [{ field, text: t('code-page.mistake.over') }] };
  return { mistakes: [{ field, text: t(`second-factor.${way}.mistake.${check.outcome}`) }] };
};

interface Needs {
  secondFactors: Pick<SecondFactors, 'check' | 'sms'>;
  askedPasskey: AskedPasskey;
}

/** `passkeyToken`: the cookie of an authenticator that was asked. */
interface Around {
  visit: SignInVisit;
  t: Translate;
  passkeyToken: string | undefined;
}

export const createAnswerFactor = ({ secondFactors: { check, sms }, askedPasskey }: Needs) => {
  const sendSms = async (
    { account, flowId, isSignedIn }: AskedPerson,
    step: FactorStep,
    remember: boolean,
    visit: SignInVisit,
  ): Promise<FactorAnswer> => {
    const sent = await sms.send(account, { flowId, isSignedIn }, visit);
    if (sent.outcome === 'sent') return { outcome: 'on', step: 'sms-code' };
    return { outcome: 'again', step, state: { isTooSoon: true, remember }, resendAt: sent.until };
  };

  return async (person: AskedPerson, step: FactorStep, form: FactorForm, around: Around): Promise<FactorAnswer> => {
    const { visit, t, passkeyToken } = around;
    const remember = form.remember_browser === 'yes';
    if (form.action === 'send') return sendSms(person, step, remember, visit);
    if (form.action === 'ask')
      return { outcome: 'on', step: 'passkey-asked', passkeyToken: await askedPasskey.begin(person, remember) };

    const { account, flowId, isSignedIn } = person;
    const way = wayOfStep(step);
    const given = { way, typed: form[fieldOf(step)], flowId, isSignedIn };
    const challenge = way === 'passkey' ? await askedPasskey.spend(person, passkeyToken) : undefined;
    if (way === 'passkey' && challenge === undefined) return { outcome: 'on', step: 'passkey' };

    const checked = await check(account, challenge === undefined ? given : { ...given, challenge }, visit);
    if (checked.outcome === 'right') return checked;
    // The question is spent: the next try has one of its own.
    const next = way === 'passkey' ? 'passkey' : step;
    return { outcome: 'again', step: next, state: { ...stateAfter(checked, step, t), remember } };
  };
};

export type AnswerFactor = ReturnType<typeof createAnswerFactor>;

/** What a visit to the page shows; undefined where an authenticator is not asked any more. */
export const createStateOfStep =
  ({ askedPasskey }: Pick<Needs, 'askedPasskey'>) =>
  async (person: AskedPerson, step: FactorStep, passkeyToken: string | undefined): Promise<FactorState | undefined> =>
    step === 'passkey-asked' ? askedPasskey.open(person, passkeyToken) : {};
