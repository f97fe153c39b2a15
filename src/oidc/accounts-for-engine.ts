// The engine's `findAccount`: who a session or a token belongs to, unless that sign-in no longer counts.
import type { Account, Accounts, standardClaims } from '../accounts/index.ts';
import type { FindAccount } from 'oidc-provider';

interface Needs {
  accounts: Accounts;
  claimsOf: typeof standardClaims;
  isAlive: (account: Account, since: number) => boolean;
}

/** When the sign-in behind a token took place: its `auth_time` where it carries one, otherwise when it was issued. */
export const signedInAt = (token: object): number => {
  if ('authTime' in token && typeof token.authTime === 'number') return token.authTime;
  return 'iat' in token && typeof token.iat === 'number' ? token.iat : 0;
};

export const createFindAccount =
  ({ accounts, claimsOf, isAlive }: Needs): FindAccount =>
  async (ctx, sub, token) => {
    const account = await accounts.find(sub);
    if (account === undefined) return undefined;

    const since = token === undefined ? (ctx.oidc.session?.loginTs ?? 0) : signedInAt(token);
    if (!isAlive(account, since)) return undefined;

    return { accountId: account.id, claims: async () => ({ ...claimsOf(account), sub: account.id }) };
  };
