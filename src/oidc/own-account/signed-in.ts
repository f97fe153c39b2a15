// Who is signed in in this browser, read from the one session there is, by the one rule of what still counts.
import type { Provider } from 'oidc-provider';
import type { Account, Accounts } from '../../accounts/index.ts';
import { secondFactorAcr } from '../requests/levels.ts';
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
  /** A second factor was given in this session. */
  hasGivenFactor: boolean;
  /** Not where a passkey stood in its place. */
  hasGivenPassword: boolean;
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
  const engineTime = (): number => Math.floor(Date.now() / 1000);
  const writeCookie = (ctx: PageContext, sessionId: string, end: number): void => {
    const options = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', path: '/' } as const;
    ctx.cookies.set(cookies.nameOf('session'), sessionId, { ...options, expires: new Date(end * 1000) });
  };

  /** A visit is use: the session stays as long again, though never past its absolute end. */
  const prolong = async (ctx: PageContext, session: { uid: string; jti: string; exp?: number }, since: number) => {
    const end = engineTime() + sessionTtl(lifetimes, since, now());
    if (session.exp === undefined || session.exp + worthWriting > end) return;

    await modelStore.prolongSession(session.uid, end);
    writeCookie(ctx, session.jti, end);
  };

  /** The same session under a new value of its cookie: whoever has copied the old one holds nothing (ASVS 7.2.4). */
  const renew = async (ctx: PageContext): Promise<void> => {
    const session = await provider.Session.get(ctx);
    if (session.accountId === undefined || session.loginTs === undefined) return;
    const ttl = sessionTtl(lifetimes, session.loginTs, now());
    if (ttl < 1) return;

    session.resetIdentifier();
    await session.save(ttl);
    writeCookie(ctx, session.jti, engineTime() + ttl);
  };

  /** Undefined where nobody is, or where the sign-in counts no longer. */
  const signedIn = async (ctx: PageContext): Promise<SignedInPerson | undefined> => {
    const session = await provider.Session.get(ctx);
    const { accountId, acr, amr = [], loginTs: since, uid: sessionUid } = session;
    if (accountId === undefined || since === undefined || isPastItsEnd(lifetimes, since, now())) return undefined;

    const account = await accounts.find(accountId);
    if (account === undefined || !isAlive(account, { since, sessionUid })) return undefined;
    await prolong(ctx, session, since);
    await sessionNotes.noteSeen(account.id, sessionUid, ctx.state.visit.device);
    const given = { hasGivenFactor: acr === secondFactorAcr, hasGivenPassword: amr.includes('pwd') };
    return { account, sessionUid, since, ...given };
  };

  return { signedIn, renew };
};
