// How long what the engine makes may live, in seconds; the numbers are the limits table's.
import type { AccessToken, KoaContextWithOIDC, RefreshToken, Session } from 'oidc-provider';

import { isForConfirmation } from './token-claims.ts';

export interface Lifetimes {
  interaction: number;
  /** However often the person asked for more time. */
  interactionAtMost: number;
  sessionAbsolute: number;
  sessionIdle: number;
  authorizationCode: number;
  pushedRequest: number;
  idToken: number;
  accessTokenOpaque: number;
  accessTokenJwt: number;
  /** Of a token that says the PIN was given. */
  accessTokenConfirmed: number;
  grant: number;
  refreshToken: number;
}

export const createTtl = (lifetimes: Lifetimes, now: () => Date) => {
  const seconds = () => Math.floor(now().getTime() / 1000);
  // Below one second the engine fails; it also tolerates clocks that are a little apart.
  const atLeastOne = (value: number) => Math.max(1, Math.floor(value));

  return {
    Interaction: lifetimes.interaction,
    AuthorizationCode: lifetimes.authorizationCode,
    PushedAuthorizationRequest: lifetimes.pushedRequest,
    IdToken: lifetimes.idToken,
    Grant: lifetimes.grant,
    ClientCredentials: (
      _ctx: KoaContextWithOIDC,
      token: { resourceServer?: { accessTokenTTL?: number | undefined } | undefined },
    ) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessTokenOpaque,
    AccessToken: (ctx: KoaContextWithOIDC, token: AccessToken) => {
      const usual = token.resourceServer?.accessTokenTTL ?? lifetimes.accessTokenOpaque;
      return isForConfirmation(ctx) ? Math.min(usual, lifetimes.accessTokenConfirmed) : usual;
    },
    // Rotation never prolongs: what is left of the time since the first refresh token.
    RefreshToken: (_ctx: KoaContextWithOIDC, token: RefreshToken) =>
      atLeastOne((token.iiat ?? seconds()) + lifetimes.refreshToken - seconds()),
    // Idle time slides with each visit, never past the absolute end.
    Session: (_ctx: KoaContextWithOIDC, session: Session) =>
      atLeastOne(
        Math.min(lifetimes.sessionIdle, (session.loginTs ?? seconds()) + lifetimes.sessionAbsolute - seconds()),
      ),
  };
};
