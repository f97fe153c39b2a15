// Ending what a person began: marked on the account first, so that no request in flight can revive it; deleting only sweeps.
import type { Accounts } from '../../accounts/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { LogoutCall } from './logout-call.ts';
import type { ModelStore } from '../records/model-store.ts';

interface Needs {
  accounts: Accounts;
  modelStore: ModelStore;
  inTransaction: InTransaction;
  /** Services that had something in what ends are to be told, by calls that are written with it. */
  writeLogoutCalls: (tx: Tx, calls: readonly LogoutCall[]) => Promise<void>;
  /** Calls have been written. */
  nudge: () => void;
}

export interface SessionEnds {
  /**
   * The browser is signed out; everything that any service got in this session is dead.
   * `also` is written with it, once. False where it had been ended before.
   */
  endSession: (accountId: string, sessionUid: string, also?: (tx: Tx) => Promise<void>) => Promise<boolean>;
  /** Every session but `kept` is dead, with everything in it. Call `nudge` of the delivery afterwards. */
  endAllSessions: (tx: Tx, accountId: string, kept?: string) => Promise<void>;
  /** One service loses what it got in this session; the person stays signed in. */
  leaveService: (accountId: string, sessionUid: string, clientId: string) => Promise<void>;
}

export const createSessionEnds = (needs: Needs): SessionEnds => {
  const { accounts, modelStore, inTransaction, writeLogoutCalls, nudge } = needs;

  return {
    endSession: async (accountId, sessionUid, also = async () => undefined) => {
      const calls = await modelStore.servicesOf({ accountId, sessionUid });
      const isOurs = await inTransaction(async (tx) => {
        if (!(await accounts.markSessionEnded(tx, accountId, sessionUid))) return false;
        await modelStore.destroyGrants(tx, { sessionUid });
        await writeLogoutCalls(tx, calls);
        await also(tx);
        return true;
      });
      if (isOurs) nudge();
      await modelStore.sweepSession(sessionUid);
      return isOurs;
    },
    endAllSessions: async (tx, accountId, kept) => {
      const calls = await modelStore.servicesOf({ accountId, exceptSessionUid: kept });
      await accounts.markAllSessionsEnded(tx, accountId, kept);
      await modelStore.destroyGrants(tx, { accountId, exceptSessionUid: kept });
      await writeLogoutCalls(tx, calls);
    },
    leaveService: async (accountId, sessionUid, clientId) => {
      const calls = await modelStore.servicesOf({ accountId, sessionUid });
      await inTransaction(async (tx) => {
        await modelStore.destroyGrants(tx, { accountId, sessionUid, clientId });
        await writeLogoutCalls(
          tx,
          calls.filter((call) => call.clientId === clientId),
        );
      });
      nudge();
      await modelStore.forgetService(sessionUid, clientId);
    },
  };
};
