// The new PIN, what it ends, what it holds and what is told of it are one write: either all of it, or the PIN that there was.
import type { Journey, Person, SettingFlow } from './journey.ts';
import type { PinVisit } from './pin-visit.ts';
import type { EndOperations } from '../lock-pin.ts';
import type { PinVerifier } from '../pin-verifier.ts';
import type { PinFacts, PinStore } from '../store.ts';
import type { Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import { isAlive } from '../../sessions/index.ts';

/** `overtaken`: somebody else has set one since. `gone`: the session has ended, or the way went on elsewhere. */
export type PinSaved = { outcome: 'set' | 'overtaken' | 'gone' };

export interface PinToSave {
  person: Person;
  flow: SettingFlow;
  verifier: PinVerifier;
  /** What there was when the PIN was looked at. */
  read: PinFacts | undefined;
}

export interface SaveNeeds {
  pins: PinStore;
  accounts: Accounts;
  notices: Notices;
  journal: Journal;
  delivery: Delivery;
  endOperations: EndOperations;
  inTransaction: InTransaction;
  /** How long a new PIN confirms nothing that does much harm. */
  holdSeconds: number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** Ends the transaction: nothing of it is written. */
class NotSaved extends Error {
  readonly outcome: 'overtaken' | 'gone';

  constructor(outcome: 'overtaken' | 'gone') {
    super(outcome);
    this.outcome = outcome;
  }
}

const describe = (read: PinFacts | undefined) => {
  if (read === undefined) return { became: 'created', event: 'pin-created', notice: 'pin-created' } as const;
  const event = read.state === 'locked' ? 'pin-reset' : 'pin-changed';
  return { became: 'changed', event, notice: 'pin-changed' } as const;
};

export const createSavePin = (needs: SaveNeeds, { change }: Pick<Journey, 'change'>) => {
  const { pins, accounts, notices, journal, now } = needs;

  const saveIn = async (tx: Tx, { person, flow, verifier, read }: PinToSave, visit: PinVisit): Promise<void> => {
    const { id } = person.account;
    const { became, event, notice } = describe(read);
    const at = now();
    // Written first: whoever ends this session at the same moment waits for us, or we see that they have.
    await accounts.holdHighRisk(tx, id, new Date(at.getTime() + needs.holdSeconds * 1000));
    const account = await accounts.find(id, tx);
    if (account === undefined || !isAlive(account, person)) throw new NotSaved('gone');
    if (!(await pins.set(tx, id, verifier, read))) throw new NotSaved('overtaken');
    await needs.checkpoint('PIN written');
    if ((await change(flow, 'done', { became, code: '' }, tx)) === undefined) throw new NotSaved('gone');

    const { chainId } = flow.answers;
    await needs.endOperations(tx, id, chainId === '' ? undefined : chainId);
    await notices.tell(tx, account, notice, { at, ...visit });
    await journal.writeIn(tx, { type: event, accountId: id, ...visit });
  };

  return async (pin: PinToSave, visit: PinVisit): Promise<PinSaved> => {
    try {
      await needs.inTransaction((tx) => saveIn(tx, pin, visit));
    } catch (error) {
      if (error instanceof NotSaved) return { outcome: error.outcome };
      throw error;
    }
    needs.delivery.nudge();
    return { outcome: 'set' };
  };
};
