// The code that came to the new contact: tries are counted before they are compared, by whomever they are made (BF-07).
import { bindingOf, type ContactCode } from './contact-code.ts';
import { createSaveContact, type SaveNeeds } from './save-contact.ts';
import type { ContactFlow, ContactFlows, Person } from './contact-flow.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { Attempts } from '../../attempts/index.ts';
import type { CodeCheck, Codes, SmsGuard } from '../../codes/index.ts';

/** `wait`: too many wrong codes for this contact, by whomever. `gone`: over, or at another step meanwhile; its page says what is next. */
export type CodeGiven = CodeCheck | { outcome: 'wait'; until: Date } | { outcome: 'gone' };

export interface ConfirmNeeds extends SaveNeeds {
  codes: Codes;
  /** Wrong codes for one contact in a day, whoever guesses. */
  guesses: Attempts;
  smsGuard: SmsGuard;
}

export const createConfirmContact = (needs: ConfirmNeeds, flows: ContactFlows, { tellOwner }: ContactCode) => {
  const { codes, guesses, accounts, journal } = needs;
  const save = createSaveContact(needs, flows);

  const complete = async (flow: ContactFlow, person: Person, visit: AccountVisit): Promise<CodeGiven> => {
    const { kind, value } = flow.answers;
    if (kind === 'phone') await needs.smsGuard.noteUsed();
    await needs.checkpoint('contact proved');
    const { outcome } = await save(flow, person, visit);
    if (outcome === 'saved') return { outcome: 'right' };
    if (outcome === 'same') await flows.change(flow, 'over');
    if (outcome !== 'taken') return { outcome: 'gone' };

    // Somebody was faster: this person is told in words, and so is whoever has it.
    await flows.change(flow, 'taken');
    const owner = await accounts.findHolder({ kind, value });
    await tellOwner(flow, owner?.profile.locale, visit);
    return { outcome: 'gone' };
  };

  return async (token: string | undefined, person: Person, typed: string, visit: AccountVisit): Promise<CodeGiven> => {
    const flow = await flows.atCode(token, person);
    if (flow === undefined) return { outcome: 'gone' };
    const { accountId, value, isTaken } = flow.answers;

    const subject = `contacts:guesses:${value}`;
    const reserved = await guesses.reserve(subject);
    if (reserved.outcome === 'wait') return reserved;

    const check = await codes.spend(bindingOf(flow), typed);
    if (check.outcome !== 'wrong') await guesses.giveBack(subject);
    if (check.outcome === 'right') return isTaken ? { outcome: 'over' } : complete(flow, person, visit);
    if (check.outcome !== 'wrong') return check;

    await journal.write({ type: 'code-wrong', accountId, ...visit });
    if (check.triesLeft > 0) return check;
    await flows.change(flow, 'used-up');
    return { outcome: 'gone' };
  };
};
