// What a token says of the sign-in behind it, for APIs that must be sure enough (RFC 9470 §6.2).
import type { KoaContextWithOIDC } from 'oidc-provider';
import { pinAcr } from '../requests/levels.ts';

/** Of the code or refresh token that the token is made from. The PIN level comes from a code alone: no refresh token has it. */
export const signInClaims = ({ oidc }: KoaContextWithOIDC): Record<string, unknown> | undefined => {
  const source = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
  if (source === undefined) return undefined;
  const { acr, amr, authTime } = source;
  return { acr, amr, auth_time: authTime };
};

/** True while a code that was confirmed with the PIN is exchanged. */
export const isForConfirmation = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.entities.AuthorizationCode?.acr === pinAcr;
