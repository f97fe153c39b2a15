// Becoming a citizen of the system: question by question, and no account before the contact was proved (BF-09).
import { HashingBusy } from '../hashing/index.ts';
import { bindingOf, channelOf, createRegistrationCode, type CodeNeeds } from './registration-code.ts';
import { createMakeAccount } from './make-account.ts';
import { mayOpen, nextStep, type Answers, type Step } from './answers.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { Accounts, Identifier } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { CodeCheck, SendRules } from '../codes/index.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Tx } from '../mongo/index.ts';
import type { PasswordJudgement, PasswordPolicy, Passwords } from '../passwords/index.ts';

export interface Name {
  familyName: string;
  givenName: string;
  middleName: string;
}

export type Begun = { outcome: 'begun'; token: string } | { outcome: 'wait'; until: Date };
/** `gone`: over, or at another step meanwhile; its page says what is next. */
export type ContactGiven = { outcome: 'given' | 'malformed' | 'unreachable' | 'same-kind' | 'too-many' | 'gone' };
export type CodeStep = 'code' | 'second-code';
export type CodeGiven = CodeCheck | { outcome: 'gone' };
export type PasswordGiven = { outcome: 'given' | 'gone' | 'busy' } | Extract<PasswordJudgement, { outcome: 'refused' }>;

interface Needs extends CodeNeeds {
  flows: FlowOf<Answers>;
  accounts: Accounts;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  normaliseIdentifier: (typed: string) => Identifier | undefined;
  /** How often registrations may begin in one network. */
  perNetwork: SendRules;
  contactsInOne: number;
  /** Wrong codes for one contact in a day, whoever guesses. */
  guesses: Attempts;
  termsVersion: string;
  newId: () => string;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** One code a minute, counted for this browser alone: what others ask for must not show. */
const resendTime = ({ askedAt }: Answers): Date => new Date(askedAt + 60_000);

const personOf = ({ familyName, givenName, middleName, contact }: Answers) => ({
  familyName,
  givenName,
  middleName,
  ...(contact?.kind === 'phone' ? { phone: contact.value } : {}),
  ...(contact?.kind === 'email' ? { email: contact.value } : {}),
});

export const createRegistration = (needs: Needs) => {
  const { flows, accounts, codes, sends, delivery, passwords, passwordPolicy, now } = needs;
  const sendCode = createRegistrationCode(needs);
  const seconds = () => Math.floor(now().getTime() / 1000);

  /** The flow of this browser, where it has come to `step` or beyond. */
  const at = async (token: string | undefined, step: Step): Promise<Flow<Answers> | undefined> => {
    const flow = await flows.read(token);
    return flow !== undefined && mayOpen(step, flow.answers) ? flow : undefined;
  };

  /** Undefined where somebody else has moved on meanwhile. */
  const change = async (
    flow: Flow<Answers>,
    changes: Partial<Answers>,
    tx?: Tx,
  ): Promise<Flow<Answers> | undefined> => {
    const answers = { ...flow.answers, ...changes };
    const step = nextStep(answers);
    return (await flows.advance(flow, step, answers, tx)) ? { ...flow, step, turn: flow.turn + 1, answers } : undefined;
  };

  const begin = async (name: Name, from: string, locale: string, { network }: RegistrationVisit): Promise<Begun> => {
    const reserved = await sends.reserve(`registration:network:${network}`, needs.perNetwork);
    if (reserved.outcome === 'wait') return reserved;

    const nothing = { contact: null, confirmedAt: null, passwordVerifier: null, createdAt: null };
    const later = { openedWith: '', hasSecond: false } as const;
    const fresh = {
      accountId: needs.newId(),
      from,
      locale,
      isTaken: false,
      ownersLocale: null,
      round: 0,
      hasUsedUpCodes: false,
      askedAt: 0,
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
    const isRenamed = flow !== undefined && (await change(flow, { ...name, from })) !== undefined;
    return { outcome: isRenamed ? 'renamed' : 'gone' };
  };

  const giveContact = async (
    token: string | undefined,
    typed: string,
    visit: RegistrationVisit,
    step: 'contact' | 'second' = 'contact',
  ): Promise<ContactGiven> => {
    const identifier = needs.normaliseIdentifier(typed);
    if (identifier === undefined || identifier.kind === 'snils') return { outcome: 'malformed' };
    if (!delivery.reaches(channelOf(identifier.kind), identifier.value)) return { outcome: 'unreachable' };

    const flow = await at(token, step);
    if (flow === undefined) return { outcome: 'gone' };
    if (identifier.kind === flow.answers.openedWith) return { outcome: 'same-kind' };

    const contact = { kind: identifier.kind, value: identifier.value };
    const owner = await accounts.findByIdentifier(identifier);
    const whose = { isTaken: owner !== undefined, ownersLocale: owner?.profile.locale ?? null };
    const round = flow.answers.round + 1;
    if (round > needs.contactsInOne) return { outcome: 'too-many' };
    const changed = await change(flow, {
      contact,
      ...whose,
      round,
      confirmedAt: null,
      hasUsedUpCodes: false,
      askedAt: now().getTime(),
    });
    if (changed === undefined) return { outcome: 'gone' };

    await sendCode(changed, visit);
    return { outcome: 'given' };
  };

  const resend = async (token: string | undefined, visit: RegistrationVisit, step: CodeStep): Promise<void> => {
    const flow = await at(token, step);
    if (flow === undefined || flow.answers.hasUsedUpCodes || resendTime(flow.answers) > now()) return;
    const asked = await change(flow, { askedAt: now().getTime() });
    if (asked !== undefined) await sendCode(asked, visit);
  };

  /** Whoever came first has it: the code was right, and it is somebody's since. */
  const addSecond = async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<CodeGiven> => {
    const { accountId, contact } = flow.answers;
    if (contact === null) return { outcome: 'gone' };
    const added = await needs.inTransaction(async (tx) => {
      const { outcome } = await accounts.addContact(tx, accountId, { ...contact, confirmedAt: now() });
      if (outcome === 'added') await needs.journal.writeIn(tx, { type: 'contact-added', accountId, ...visit });
      return outcome;
    });
    await change(flow, { hasSecond: added === 'added', contact: null });
    return { outcome: added === 'added' ? 'right' : 'gone' };
  };

  const confirm = async (
    token: string | undefined,
    typed: string,
    visit: RegistrationVisit,
    step: CodeStep,
  ): Promise<CodeGiven> => {
    const flow = await at(token, step);
    if (flow === undefined || flow.answers.hasUsedUpCodes) return { outcome: 'gone' };

    const subject = `registration:guesses:${flow.answers.contact?.value ?? ''}`;
    const reserved = await needs.guesses.reserve(subject);
    if (reserved.outcome === 'wait') return { outcome: 'over' };

    const check = await codes.spend(bindingOf(flow), typed);
    if (check.outcome !== 'wrong') await needs.guesses.giveBack(subject);
    if (check.outcome === 'right' && !flow.answers.isTaken) {
      if (flow.answers.contact?.kind === 'phone') await needs.smsGuard.noteUsed();
      if (step === 'second-code') return addSecond(flow, visit);
      await change(flow, { confirmedAt: seconds() });
      return check;
    }
    if (check.outcome !== 'wrong') return check.outcome === 'right' ? { outcome: 'over' } : check;

    await needs.journal.write({ type: 'code-wrong', accountId: undefined, ...visit });
    if (check.triesLeft > 0) return check;
    await change(flow, { hasUsedUpCodes: true });
    return { outcome: 'gone' };
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
      return { outcome: (await change(flow, { passwordVerifier })) === undefined ? 'gone' : 'given' };
    } catch (error) {
      if (error instanceof HashingBusy) return { outcome: 'busy' };
      throw error;
    }
  };

  const create = createMakeAccount(needs, { at, change });

  /** Where this browser is on its way, whether that allows `step`, and when a new code may be asked for. */
  const open = async (token: string | undefined, step: Step) => {
    const flow = await flows.read(token);
    if (flow === undefined) return undefined;
    const { answers } = flow;
    const resendAt = resendTime(answers) > now() ? resendTime(answers) : undefined;
    return { answers, isHere: mayOpen(step, answers), resendAt };
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

  return { open, begin, rename, giveContact, resend, confirm, givePassword, create, finish };
};

export type RegistrationRules = ReturnType<typeof createRegistration>;
