// A proved contact, what it replaces, and what is told of it are one write: all of it, or nothing.
import type { ContactFlow, ContactFlows, Person } from './contact-flow.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { Accounts, ContactSet } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import { isAlive } from '../../sessions/index.ts';

export interface SaveNeeds {
  accounts: Accounts;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  /** Seconds in which the contact before can be put back. */
  revertSeconds: number;
  /** Seconds in which the new one gives nobody their access back. */
  recoversAfterSeconds: number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** `gone`: the session has ended, or the way went on elsewhere. */
export type ContactSaved = { outcome: 'saved' | 'same' | 'taken' | 'gone' };

/** Ends the transaction: nothing of it is written. */
class FlowMoved extends Error {}

export const createSaveContact = (needs: SaveNeeds, { change }: Pick<ContactFlows, 'change'>) => {
  const { accounts, notices, journal, now } = needs;

  const remember = async (
    tx: Tx,
    { answers: { accountId, kind } }: ContactFlow,
    { became, before }: Extract<ContactSet, { outcome: 'set' }>,
    at: Date,
    visit: AccountVisit,
  ): Promise<void> => {
    const account = await accounts.find(accountId, tx);
    if (account === undefined) throw new Error('no account to tell');
    const isReplaced = became === 'changed' && before !== undefined;
    const former = isReplaced ? { former: { kind, contact: before } } : {};
    const { device, requestId } = visit;
    await journal.writeIn(tx, { type: `contact-${became}`, accountId, ...visit });
    await notices.tell(tx, account, `${kind}-${became}`, { at, device, requestId, ...former });
  };

  const saveIn = async (tx: Tx, flow: ContactFlow, person: Person, at: Date, visit: AccountVisit) => {
    const { accountId, kind, value } = flow.answers;
    // Asked again here: a session that somebody else ends in this moment must not change a contact.
    const account = await accounts.find(accountId, tx);
    if (account === undefined || !isAlive(account, person)) return 'gone' as const;

    const after = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
    const contact = { kind, value, confirmedAt: at, recoversFrom: after(needs.recoversAfterSeconds) };
    const set = await accounts.setContact(tx, accountId, contact, after(needs.revertSeconds));
    if (set.outcome !== 'set') return set.outcome;
    await needs.checkpoint('contact written');
    if ((await change(flow, set.became, {}, tx)) === undefined) throw new FlowMoved('done elsewhere meanwhile');
    await remember(tx, flow, set, at, visit);
    return 'saved' as const;
  };

  return async (flow: ContactFlow, person: Person, visit: AccountVisit): Promise<ContactSaved> => {
    const at = now();
    try {
      const outcome = await needs.inTransaction((tx) => saveIn(tx, flow, person, at, visit));
      if (outcome === 'saved') needs.delivery.nudge();
      return { outcome };
    } catch (error) {
      if (error instanceof FlowMoved) return { outcome: 'gone' };
      throw error;
    }
  };
};
