// Becoming a citizen of the system: question by question, and no account before the contact was proved (BF-09).
import { HashingBusy } from '../hashing/index.ts';
import { createProveContact, resendTime, type ProofNeeds } from './prove-contact.ts';
import { createSteps } from './steps.ts';
import { createMakeAccount } from './make-account.ts';
import { passwordBeside } from './password-again.ts';
import type { Answers, Step } from './answers.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { SendRules } from '../codes/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { PasswordJudgement, PasswordPolicy, Passwords } from '../passwords/index.ts';

export interface Name {
  familyName: string;
  givenName: string;
  middleName: string;
}

export type Begun = { outcome: 'begun'; token: string } | { outcome: 'wait'; until: Date };
export type PasswordGiven = { outcome: 'given' | 'gone' | 'busy' } | Extract<PasswordJudgement, { outcome: 'refused' }>;

interface Needs extends ProofNeeds {
  flows: FlowOf<Answers>;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  /** How often registrations may begin in one network. */
  perNetwork: SendRules;
  secondContactWithin: number;
  termsVersion: string;
  newId: () => string;
  checkpoint: (name: string) => Promise<void>;
}

const personOf = ({ familyName, givenName, middleName, contact }: Answers) => ({
  familyName,
  givenName,
  middleName,
  ...(contact?.kind === 'phone' ? { phone: contact.value } : {}),
  ...(contact?.kind === 'email' ? { email: contact.value } : {}),
});

export const createRegistration = (needs: Needs) => {
  const { flows, sends, passwords, passwordPolicy, now } = needs;

  const steps = createSteps(needs);
  const { at, change } = steps;

  const begin = async (name: Name, from: string, locale: string, { network }: RegistrationVisit): Promise<Begun> => {
    const reserved = await sends.reserve(`registration:begun:${network}`, needs.perNetwork);
    if (reserved.outcome === 'wait') return reserved;

    const nothing = { contact: null, confirmedAt: null, passwordVerifier: null, createdAt: null };
    const later = { isPasswordAskedAgain: false, openedWith: '', hasSecond: false, isSecondTaken: false } as const;
    const fresh = {
      accountId: needs.newId(),
      from,
      locale,
      isTaken: false,
      ownersLocale: null,
      round: 0,
      hasUsedUpCodes: false,
      askedAt: 0,
      withheld: null,
    };
    const { token } = await flows.begin('contact', { ...fresh, ...nothing, ...later, ...name });
    return { outcome: 'begun', token };
  };

  /** Goes on with the registration that this browser has begun; it now leads back to where the person came from last. */
  const rename = async (
    token: string | undefined,
    name: Name,
    from: string,
  ): Promise<{ outcome: 'renamed' | 'gone' }> => {
    const flow = await at(token, 'name');
    if (flow === undefined) return { outcome: 'gone' };
    const renamed = await change(flow, { ...name, ...passwordBeside(flow.answers, name), from });
    // Moved on meanwhile, by a second press or in another tab: read again, so that nothing given is lost.
    return renamed === undefined ? rename(token, name, from) : { outcome: 'renamed' };
  };

  /** `service`: the name of the one that the person came from. */
  const givePassword = async (
    token: string | undefined,
    password: string,
    service: string | undefined,
  ): Promise<PasswordGiven> => {
    const flow = await at(token, 'password');
    if (flow === undefined) return { outcome: 'gone' };

    const verdict = passwordPolicy.judge(password, { person: personOf(flow.answers), service });
    if (verdict.outcome !== 'good') return verdict;

    try {
      const passwordVerifier = await passwords.makeVerifier(password);
      return {
        outcome:
          (await change(flow, { passwordVerifier, isPasswordAskedAgain: false })) === undefined ? 'gone' : 'given',
      };
    } catch (error) {
      if (error instanceof HashingBusy) return { outcome: 'busy' };
      throw error;
    }
  };

  const create = createMakeAccount(needs, steps);

  /** Where this browser is on its way, whether that allows `step`, and when a new code may be asked for. */
  const open = async (token: string | undefined, step: Step) => {
    const flow = await flows.read(token);
    if (flow === undefined) return undefined;
    const { answers } = flow;
    const resendAt = resendTime(answers) > now() ? resendTime(answers) : undefined;
    const mayAddSecond = steps.isOpen('second', answers);
    return { answers, isHere: steps.isOpen(step, answers), resendAt, mayAddSecond };
  };

  /** The account of a registration that is done, for the one sign-in that belongs to it. */
  const finish = async (
    token: string | undefined,
  ): Promise<{ accountId: string; at: number; amr: string[] } | undefined> => {
    const flow = await at(token, 'done');
    if (flow === undefined || flow.answers.createdAt === null || !(await flows.end(flow))) return undefined;
    const { accountId, createdAt, openedWith } = flow.answers;
    return { accountId, at: createdAt, amr: openedWith === 'phone' ? ['pwd', 'sms'] : ['pwd'] };
  };

  return { ...createProveContact(needs, steps), open, begin, rename, givePassword, create, finish };
};

export type RegistrationRules = ReturnType<typeof createRegistration>;
