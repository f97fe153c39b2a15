// Deletes accounts whose time is over: all of one at once or nothing, by one instance, and by another one later where the first was killed.
import type { Account, Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal, PastEvents } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { Holding } from '../holding.ts';

interface Needs {
  accounts: Pick<Accounts, 'find' | 'listDue' | 'remove'>;
  holdings: readonly Holding[];
  pastEvents: Pick<PastEvents, 'detach'>;
  journal: Pick<Journal, 'writeIn'>;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  /** How often is looked. */
  lookSeconds: number;
  /** A name that nobody has. */
  newId: () => string;
  /** Nothing personal. */
  noteFailure: (error: unknown) => void;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

const atOnce = 100;
const nobodysVisit = { clientId: undefined, requestId: '', network: '', device: 'unknown' };

export const createSweeper = (needs: Needs) => {
  const { accounts, holdings, pastEvents, journal, notices, inTransaction, checkpoint, now } = needs;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  const removeAll = async (tx: Tx, account: Account, { name, at }: { name: string; at: Date }): Promise<boolean> => {
    const { id } = account;
    if (!(await accounts.remove(tx, id))) return false; // somebody else was faster, or the person has changed their mind
    await checkpoint('account removed');
    for (const { forget } of holdings) await forget?.(tx, id);
    await pastEvents.detach(tx, id, name);
    await journal.writeIn(tx, { type: 'account-deleted', accountId: name, ...nobodysVisit });
    await notices.tell(tx, account, 'deleted', { at });
    await checkpoint('data removed');
    return true;
  };

  const deleteOne = async (accountId: string): Promise<void> => {
    const account = await accounts.find(accountId);
    if (account === undefined) return;
    const facts = { name: needs.newId(), at: now() };
    if (await inTransaction((tx) => removeAll(tx, account, facts))) needs.delivery.nudge();
  };

  /** One look: everybody whose time is over. One that cannot be deleted holds up nobody else. */
  const sweep = async (): Promise<void> => {
    for (const accountId of await accounts.listDue(atOnce)) {
      if (isStopped) return;
      await deleteOne(accountId).catch(needs.noteFailure);
    }
  };

  const look = (): void => {
    running = sweep()
      .catch(needs.noteFailure)
      .then(() => {
        if (!isStopped) timer = setTimeout(look, needs.lookSeconds * 1000).unref();
      });
  };

  return {
    sweep,
    start: look,
    /** Waits for what is under way and begins nothing more. */
    stop: async (): Promise<void> => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
