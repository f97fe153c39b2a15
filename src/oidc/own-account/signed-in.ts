// Who is signed in in this browser, read from the one session there is, by the one rule of what still counts.
import type { Provider } from 'oidc-provider';
import type { Account, Accounts } from '../../accounts/index.ts';
import type { ModelStore } from '../records/model-store.ts';
import type { IsAlive } from '../tokens/accounts-for-engine.ts';
import { isPastItsEnd, sessionTtl, type Lifetimes } from '../tokens/lifetimes.ts';
import type { SessionNotes } from '../../sessions/index.ts';
import type { PageContext, Web } from '../../web/index.ts';

export interface SignedInPerson {
  account: Account;
  sessionUid: string;
  /** When they signed in, in epoch seconds. */
  since: number;
}

interface Needs {
  provider: Provider;
  accounts: Accounts;
  isAlive: IsAlive;
  modelStore: Pick<ModelStore, 'prolongSession'>;
  sessionNotes: Pick<SessionNotes, 'noteSeen'>;
  cookies: Pick<Web['cookies'], 'nameOf'>;
  lifetimes: Lifetimes;
  now: () => Date;
}

const worthWriting = 60; // seconds: not every click needs to prolong

export const createSignedIn = (needs: Needs) => {
  const { provider, accounts, isAlive, modelStore, sessionNotes, cookies, lifetimes, now } = needs;
  /** A visit is use: the session stays as long again, though never past its absolute end. */
  const prolong = async (ctx: PageContext, session: { uid: string; jti: string; exp?: number }, since: number) => {
    const end = Math.floor(Date.now() / 1000) + sessionTtl(lifetimes, since, now()); // by the engine's clock
    if (session.exp === undefined || session.exp + worthWriting > end) return;

    await modelStore.prolongSession(session.uid, end);
    const options = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', path: '/' } as const;
    ctx.cookies.set(cookies.nameOf('session'), session.jti, { ...options, expires: new Date(end * 1000) });
  };

  /** Undefined where nobody is, or where the sign-in counts no longer. */
  return async (ctx: PageContext): Promise<SignedInPerson | undefined> => {
    const session = await provider.Session.get(ctx);
    const { accountId, loginTs: since, uid: sessionUid } = session;
    if (accountId === undefined || since === undefined || isPastItsEnd(lifetimes, since, now())) return undefined;

    const account = await accounts.find(accountId);
    if (account === undefined || !isAlive(account, { since, sessionUid })) return undefined;
    await prolong(ctx, session, since);
    await sessionNotes.noteSeen(account.id, sessionUid, ctx.state.visit.device);
    return { account, sessionUid, since };
  };
};
