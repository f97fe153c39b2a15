// A contact is proved by a code that went to it; whose it is shows nowhere but in the message (ENUM-03, BF-07).
import { bindingOf, channelOf, createRegistrationCode, type CodeNeeds } from './registration-code.ts';
import { passwordBeside } from './password-again.ts';
import { createSecondContact } from './second-contact.ts';
import type { Answers } from './answers.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { Steps } from './steps.ts';
import type { Accounts, Identifier } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { CodeCheck, Codes } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Flow } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';

/** `gone`: over, or at another step meanwhile; its page says what is next. */
export type ContactGiven = { outcome: 'given' | 'malformed' | 'unreachable' | 'same-kind' | 'too-many' | 'gone' };
export type CodeStep = 'code' | 'second-code';
/** `wait`: too many wrong codes for this contact, by whomever. */
export type CodeGiven = CodeCheck | { outcome: 'wait'; until: Date } | { outcome: 'gone' };

export interface ProofNeeds extends CodeNeeds {
  accounts: Accounts;
  codes: Codes;
  delivery: Pick<Delivery, 'reaches'>;
  journal: Journal;
  inTransaction: InTransaction;
  normaliseIdentifier: (typed: string) => Identifier | undefined;
  contactsInOne: number;
  /** Wrong codes for one contact in a day, whoever guesses. */
  guesses: Attempts;
}

/** One code a minute, counted for this browser alone: what others ask for must not show. */
export const resendTime = ({ askedAt }: Answers): Date => new Date(askedAt + 60_000);

export const createProveContact = (needs: ProofNeeds, { at, change }: Steps) => {
  const { accounts, codes, delivery, now } = needs;
  const { send, tellOwner } = createRegistrationCode(needs);

  const sendCode = async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<void> => {
    const withheld = await send(flow, visit);
    if (withheld !== null) await change(flow, { withheld });
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
    const owner = await accounts.findHolder(identifier);
    const whose = { isTaken: owner !== undefined, ownersLocale: owner?.profile.locale ?? null };
    const round = flow.answers.round + 1;
    if (round > needs.contactsInOne) return { outcome: 'too-many' };
    const changed = await change(flow, {
      contact,
      ...whose,
      ...passwordBeside(flow.answers, { contact }),
      round,
      confirmedAt: null,
      hasUsedUpCodes: false,
      askedAt: now().getTime(),
      withheld: null,
      isSecondTaken: false,
    });
    if (changed === undefined) return { outcome: 'gone' };

    await sendCode(changed, visit);
    return { outcome: 'given' };
  };

  const resend = async (token: string | undefined, visit: RegistrationVisit, step: CodeStep): Promise<void> => {
    const flow = await at(token, step);
    if (flow === undefined || flow.answers.hasUsedUpCodes || resendTime(flow.answers) > now()) return;
    const asked = await change(flow, { askedAt: now().getTime(), withheld: null });
    if (asked !== undefined) await sendCode(asked, visit);
  };

  const addSecond = createSecondContact({ ...needs, tellOwner }, { change });

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
    if (reserved.outcome === 'wait') return reserved;

    const check = await codes.spend(bindingOf(flow), typed);
    if (check.outcome !== 'wrong') await needs.guesses.giveBack(subject);
    if (check.outcome === 'right' && !flow.answers.isTaken) {
      if (flow.answers.contact?.kind === 'phone') await needs.smsGuard.noteUsed();
      if (step === 'second-code') return addSecond(flow, visit);
      await change(flow, { confirmedAt: Math.floor(now().getTime() / 1000) });
      return check;
    }
    if (check.outcome !== 'wrong') return check.outcome === 'right' ? { outcome: 'over' } : check;

    await needs.journal.write({ type: 'code-wrong', accountId: undefined, ...visit });
    if (check.triesLeft > 0) return check;
    await change(flow, { hasUsedUpCodes: true });
    return { outcome: 'gone' };
  };

  return { giveContact, resend, confirm };
};
