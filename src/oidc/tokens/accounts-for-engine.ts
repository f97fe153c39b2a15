// The engine's `findAccount`: who a session or a token belongs to, unless that sign-in no longer counts.
import type { FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { assuranceLevelClaim, type Account, type Accounts, type ReadClaims } from '../../accounts/index.ts';
import { claimsOfScope } from '../consent/scopes.ts';
import { alsoInIdToken } from '../engine-internals.ts';
import { levelOfAccount } from '../requests/assurance.ts';
import { acceptedTerms } from '../requests/terms.ts';
import { isPastItsEnd, type Lifetimes } from './lifetimes.ts';
import type { SignedIn } from '../../sessions/index.ts';

export type IsAlive = (account: Account, signedIn: SignedIn) => boolean;

interface Needs {
  accounts: Accounts;
  readClaims: ReadClaims;
  isAlive: IsAlive;
  lifetimes: Pick<Lifetimes, 'sessionAbsolute'>;
  now: () => Date;
}

const numberIn = (record: unknown, name: string): number | undefined => {
  const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, name) : undefined;
  return typeof value === 'number' ? value : undefined;
};

/** The sign-in behind a token: its `auth_time`, which an access token carries among its extra claims, otherwise when it was issued. */
export const signInOfToken = (token: object): SignedIn => ({
  since:
    numberIn(token, 'authTime') ?? numberIn(Reflect.get(token, 'extra'), 'auth_time') ?? numberIn(token, 'iat') ?? 0,
  sessionUid: 'sessionUid' in token && typeof token.sessionUid === 'string' ? token.sessionUid : undefined,
});

const signInOfSession = ({ oidc }: KoaContextWithOIDC): SignedIn => ({
  since: oidc.session?.loginTs ?? 0,
  sessionUid: oidc.session?.uid,
});

export const createFindAccount =
  ({ accounts, readClaims, isAlive, lifetimes, now }: Needs): FindAccount =>
  async (ctx, sub, token) => {
    const account = await accounts.find(sub);
    if (account === undefined) return undefined;
    const signedIn = token === undefined ? signInOfSession(ctx) : signInOfToken(token);
    if (!isAlive(account, signedIn)) return undefined;
    // The engine tolerates clocks that are a little apart, so a busy session would never end by itself.
    if (token === undefined && isPastItsEnd(lifetimes, signedIn.since, now())) return undefined;

    return {
      accountId: account.id,
      [acceptedTerms]: account.terms?.version,
      [levelOfAccount]: account.level,
      claims: async (use, scope, asked) => {
        const fromScope = claimsOfScope(scope);
        // What a service lets somebody do by their level belongs beside `acr`, where it is signed.
        if (use === 'id_token' && fromScope.includes(assuranceLevelClaim)) alsoInIdToken(asked, assuranceLevelClaim);
        return { ...(await readClaims(account, [...fromScope, ...Object.keys(asked)])), sub: account.id };
      },
    };
  };
