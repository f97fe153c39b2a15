// The lock, what it ends and what the person is told of it are written together (PIN-14).
import type { Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { PinVerifier } from './pin-verifier.ts';
import type { PinStore } from './store.ts';

/** Ends what the account was asked to confirm, one request apart: the one that the person is on. */
export type EndOperations = (tx: Tx, accountId: string, exceptChainId?: string) => Promise<void>;

/** Where a PIN is tried: names of browser and system, and what else is written with a lock. */
export interface PinTry {
  device: string;
  noteLock: (tx: Tx) => Promise<void>;
}

export interface LockNeeds {
  pins: PinStore;
  accounts: Pick<Accounts, 'find'>;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  endOperations: EndOperations;
  inTransaction: InTransaction;
  now: () => Date;
}

/** False where the PIN that was tried is locked already, or is another one meanwhile. */
export const createLockPin =
  ({ pins, accounts, notices, delivery, endOperations, inTransaction, now }: LockNeeds) =>
  async (accountId: string, tried: PinVerifier, { device, noteLock }: PinTry): Promise<boolean> => {
    const account = await accounts.find(accountId);
    const isLocked = await inTransaction(async (tx) => {
      if (!(await pins.lockTried(tx, accountId, tried))) return false;
      await endOperations(tx, accountId);
      if (account !== undefined) await notices.tell(tx, account, 'pin-locked', { at: now(), device });
      await noteLock(tx);
      return true;
    });
    delivery.nudge();
    return isLocked;
  };
