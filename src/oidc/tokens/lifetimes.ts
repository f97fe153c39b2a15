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

/** From then on a session is over, however busy it was. Times in epoch seconds. */
export const isPastItsEnd = (
  { sessionAbsolute }: Pick<Lifetimes, 'sessionAbsolute'>,
  since: number,
  at: Date,
): boolean => since + sessionAbsolute <= at.getTime() / 1000;

/** How many seconds more a session stays that is used now: idle time slides with each visit, never past the absolute end. */
export const sessionTtl = ({ sessionIdle, sessionAbsolute }: Lifetimes, since: number, at: Date): number =>
  Math.min(sessionIdle, since + sessionAbsolute - Math.floor(at.getTime() / 1000));

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
    Session: (_ctx: KoaContextWithOIDC, session: Session) =>
      atLeastOne(sessionTtl(lifetimes, session.loginTs ?? seconds(), now())),
  };
};
