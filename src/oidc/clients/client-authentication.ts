// How services prove who they are: secrets stored as keyed hashes, assertions for us alone and for a few minutes.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const longestAssertion = 5 * 60;
const clockTolerance = 15;

export interface ClientSecrets {
  /** What is stored instead of a client secret. */
  protect: (secret: string) => string;
  matches: (stored: string, secret: string) => boolean;
}

export const createClientSecrets = (key: Buffer): ClientSecrets => {
  const protect = (secret: string): string =>
    `hmac-sha256:${createHmac('sha256', key).update(`client-secret:v1:${secret}`).digest('base64url')}`;
  return {
    protect,
    matches: (stored, secret) => {
      const expected = Buffer.from(stored);
      const given = Buffer.from(protect(secret));
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
};

/** The engine's `assertJwtClientAuthClaimsAndHeader`: one audience, the issuer (old clients: the token endpoint), and five minutes at most. */
export const createAssertAssertion =
  (now: () => Date) =>
  async (ctx: KoaContextWithOIDC, claims: Record<string, unknown>): Promise<void> => {
    const audiences = [claims['aud']].flat();
    const [audience] = audiences;
    const accepted: unknown[] = [ctx.oidc.issuer, ctx.oidc.urlFor('token')];
    if (audiences.length !== 1 || !accepted.includes(audience)) {
      throw new errors.InvalidClientAuth('the assertion must name the issuer as its only audience');
    }

    const seconds = Math.floor(now().getTime() / 1000);
    if (Number(claims['exp']) > seconds + longestAssertion + clockTolerance) {
      throw new errors.InvalidClientAuth('the assertion must expire within five minutes');
    }
  };
