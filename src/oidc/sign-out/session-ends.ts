// Ending what a person began: marked on the account first, so that no request in flight can revive it; deleting only sweeps.
import type { Accounts } from '../../accounts/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { LogoutCall } from './logout-call.ts';
import type { ModelStore } from '../records/model-store.ts';
import type { WhichSessions } from '../records/session-records-store.ts';

interface Needs {
  accounts: Accounts;
  modelStore: ModelStore;
  inTransaction: InTransaction;
  /** Services that had something in what ends are to be told, by calls that are written with it. */
  writeLogoutCalls: (tx: Tx, calls: readonly LogoutCall[]) => Promise<void>;
  /** Calls have been written. */
  nudge: () => void;
  checkpoint: (name: string) => Promise<void>;
}

export interface SessionEnds {
  /**
   * The browser is signed out; everything that any service got in this session is dead.
   * `also` is written with it, once. False where it had been ended before.
   */
  endSession: (accountId: string, sessionUid: string, also?: (tx: Tx) => Promise<void>) => Promise<boolean>;
  /** Every session but `kept` is dead, with everything in it. Call `nudge` of the delivery afterwards. */
  endAllSessions: (tx: Tx, accountId: string, kept?: string) => Promise<void>;
  /**
   * One service loses what it got, in every session; `also` is written with it and says whether there was anything besides Grants.
   * False where there was nothing at all.
   */
  leaveServiceEverywhere: (
    accountId: string,
    clientId: string,
    also: { remove: (tx: Tx) => Promise<boolean>; note: (tx: Tx) => Promise<void> },
  ) => Promise<boolean>;
  /** One service loses what it got in this session; the person stays signed in. */
  leaveService: (accountId: string, sessionUid: string, clientId: string) => Promise<void>;
}

export const createSessionEnds = (needs: Needs): SessionEnds => {
  const { accounts, modelStore, inTransaction, writeLogoutCalls, nudge, checkpoint } = needs;

  const callsTo = async (clientId: string, which: WhichSessions): Promise<LogoutCall[]> =>
    (await modelStore.servicesOf(which)).filter((call) => call.clientId === clientId);

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
    leaveServiceEverywhere: async (accountId, clientId, { remove, note }) => {
      const calls = await callsTo(clientId, { accountId });
      const isLeft = await inTransaction(async (tx) => {
        const isRemoved = await remove(tx);
        const grants = await modelStore.destroyGrants(tx, { accountId, clientId });
        if (!isRemoved && grants === 0) return false;
        await checkpoint('grants destroyed');
        await writeLogoutCalls(tx, calls);
        await note(tx);
        return true;
      });
      await checkpoint('service left');
      if (isLeft) nudge();
      for (const { sessionUid } of await modelStore.sessionsOf(accountId))
        await modelStore.forgetService(sessionUid, clientId);
      return isLeft;
    },
    leaveService: async (accountId, sessionUid, clientId) => {
      const calls = await callsTo(clientId, { accountId, sessionUid });
      await inTransaction(async (tx) => {
        await modelStore.destroyGrants(tx, { accountId, sessionUid, clientId });
        await writeLogoutCalls(tx, calls);
      });
      nudge();
      await modelStore.forgetService(sessionUid, clientId);
    },
  };
};
