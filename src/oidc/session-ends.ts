// Ending what a person began: marked on the account first, so that no request in flight can revive it; deleting only sweeps.
import type { Accounts } from '../accounts/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
import type { ModelStore } from './model-store.ts';

interface Needs {
  accounts: Accounts;
  modelStore: ModelStore;
  inTransaction: InTransaction;
}

/** Services that had something in what has ended; they are to be told. `sid`: the session as that service knows it. */
export interface EndedServices {
  accountId: string;
  services: { clientId: string; sid: string }[];
}

export interface SessionEnds {
  /** The browser is signed out; everything that any service got in this session is dead. */
  endSession: (accountId: string, sessionUid: string) => Promise<EndedServices>;
  /** Every session but `kept` is dead, with everything in it. */
  endAllSessions: (tx: Tx, accountId: string, kept?: string) => Promise<void>;
  /** One service loses what it got in this session; the person stays signed in. */
  leaveService: (accountId: string, sessionUid: string, clientId: string) => Promise<EndedServices>;
}

export const createSessionEnds = ({ accounts, modelStore, inTransaction }: Needs): SessionEnds => ({
  endSession: async (accountId, sessionUid) => {
    const services = await modelStore.servicesOf(sessionUid);
    await inTransaction(async (tx) => {
      await accounts.markSessionEnded(tx, accountId, sessionUid);
      await modelStore.destroyGrants(tx, { sessionUid });
    });
    await modelStore.sweepSession(sessionUid);
    return { accountId, services };
  },
  endAllSessions: async (tx, accountId, kept) => {
    await accounts.markAllSessionsEnded(tx, accountId, kept);
    await modelStore.destroyGrants(tx, { accountId, exceptSessionUid: kept });
  },
  leaveService: async (accountId, sessionUid, clientId) => {
    const services = await modelStore.servicesOf(sessionUid);
    await inTransaction((tx) => modelStore.destroyGrants(tx, { accountId, sessionUid, clientId }));
    await modelStore.forgetService(sessionUid, clientId);
    return { accountId, services: services.filter((service) => service.clientId === clientId) };
  },
});
