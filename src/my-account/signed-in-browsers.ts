// Where a person is signed in: the sessions that count, in words, and an end for one of them or for all but this one.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { ClientStore, ModelStore, SessionEnds, SignedInPerson } from '../oidc/index.ts';
import type { SessionNotes, SignedIn } from '../sessions/index.ts';
import type { AccountVisit } from './account-visit.ts';

export interface SignedInBrowser {
  sessionUid: string;
  /** Names of browser and system; undefined where nobody noted them. */
  device: string | undefined;
  /** The one that asks. */
  isThis: boolean;
  since: Date;
  lastSeenAt: Date;
  /** Names of the services that were visited in it. */
  services: string[];
}

interface Needs {
  accounts: Pick<Accounts, 'find'>;
  modelStore: Pick<ModelStore, 'sessionsOf'>;
  sessionNotes: Pick<SessionNotes, 'find'>;
  clients: Pick<ClientStore, 'namesOf'>;
  sessionEnds: Pick<SessionEnds, 'endSession' | 'endAllSessions'>;
  journal: Pick<Journal, 'writeIn'>;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  isAlive: (account: Account, signedIn: SignedIn) => boolean;
  /** Whether a session of then, in epoch seconds, is over however busy it was. */
  isPastItsEnd: (since: number) => boolean;
}

export const createSignedInBrowsers = (needs: Needs) => {
  const { accounts, modelStore, sessionNotes, clients, sessionEnds, journal, inTransaction, isAlive } = needs;

  const liveSessionsOf = async (account: Account) => {
    const open = await modelStore.sessionsOf(account.id);
    return open.filter((session) => isAlive(account, session) && !needs.isPastItsEnd(session.since));
  };

  /** This one first, then the one seen last. */
  const list = async ({ account, sessionUid: own }: SignedInPerson): Promise<SignedInBrowser[]> => {
    const sessions = await liveSessionsOf(account);
    const notes = await sessionNotes.find(sessions.map(({ sessionUid }) => sessionUid));
    const names = await clients.namesOf(sessions.flatMap(({ clientIds }) => clientIds));
    const browsers = sessions.map(({ sessionUid, since, clientIds }): SignedInBrowser => {
      const signedInAt = new Date(since * 1000);
      const note = notes.get(sessionUid);
      return {
        sessionUid,
        device: note?.device,
        isThis: sessionUid === own,
        since: signedInAt,
        lastSeenAt: note?.lastSeenAt ?? signedInAt,
        services: clientIds.flatMap((clientId) => names.get(clientId) ?? []).sort(),
      };
    });
    return browsers.sort(
      (a, b) => Number(b.isThis) - Number(a.isThis) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
    );
  };

  /** `unknown`: it is not there, is over, or is somebody else's; nobody learns which. */
  const endOne = async (
    { account, sessionUid: own }: SignedInPerson,
    sessionUid: string,
    visit: AccountVisit,
  ): Promise<{ outcome: 'ended' | 'unknown' }> => {
    const isTheirs = (await liveSessionsOf(account)).some((session) => session.sessionUid === sessionUid);
    if (!isTheirs || sessionUid === own) return { outcome: 'unknown' };

    const isEnded = await sessionEnds.endSession(account.id, sessionUid, (tx) =>
      journal.writeIn(tx, { type: 'session-ended', accountId: account.id, ...visit }),
    );
    return { outcome: isEnded ? 'ended' : 'unknown' };
  };

  const endOthers = async (
    { account: { id: accountId }, sessionUid, since }: SignedInPerson,
    visit: AccountVisit,
  ): Promise<{ outcome: 'ended' | 'none' | 'over' }> => {
    const outcome = await inTransaction(async (tx) => {
      // Asked again here: a session that somebody else ends in this moment must not be the one that is kept.
      const account = await accounts.find(accountId, tx);
      if (account === undefined || !isAlive(account, { since, sessionUid })) return 'over' as const;
      const others = (await liveSessionsOf(account)).filter((session) => session.sessionUid !== sessionUid);
      if (others.length === 0) return 'none' as const;

      await sessionEnds.endAllSessions(tx, accountId, sessionUid);
      await journal.writeIn(tx, { type: 'other-sessions-ended', accountId, ...visit });
      return 'ended' as const;
    });
    if (outcome === 'ended') needs.delivery.nudge();
    return { outcome };
  };

  return { list, endOne, endOthers };
};

export type SignedInBrowsers = ReturnType<typeof createSignedInBrowsers>;
