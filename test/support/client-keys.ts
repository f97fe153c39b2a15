// What a service proves itself with: its secret or its keys.
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import type { RelyingParty } from './relying-party.ts';

/** The header by which a service shows its id and secret (RFC 6749 §2.3.1). */
export const basicOf = ({ metadata }: RelyingParty) => {
  const pair = [metadata.client_id, String(metadata['client_secret'])].map(encodeURIComponent).join(':');
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
};

export interface ServiceKey {
  privateKey: CryptoKey;
  /** To be registered. */
  publicJwk: JWK;
  kid: string;
}

export const newServiceKey = async (alg = 'ES256'): Promise<ServiceKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { privateKey, kid, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
};

/** What a service registers to authenticate by its key. */
export const keyMetadata = ({ publicJwk }: ServiceKey) => ({
  token_endpoint_auth_method: 'private_key_jwt',
  client_secret: undefined,
  jwks: { keys: [publicJwk] },
});

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The claims of a right assertion; a claim set to undefined is left out. */
export const assertionClaims = (clientId: string, issuer: URL, changes: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientId, sub: clientId, aud: issuer.origin, iat: now, exp: now + 60, jti: randomUUID() };
  return { ...claims, ...changes };
};

/** A client assertion (RFC 7523 §2.2), right unless `claims` say otherwise. */
export const signAssertion = (
  { privateKey, kid, publicJwk }: ServiceKey,
  claims: JWTPayload,
  header: Record<string, unknown> = {},
): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: publicJwk.alg ?? 'ES256', kid, ...header }).sign(privateKey);

/** A DPoP proof (RFC 9449 §4.2). */
export const signProof = async (
  { privateKey, publicJwk }: ServiceKey,
  { url, method = 'POST', ath, jti = randomUUID() }: { url: string; method?: string; ath?: string; jti?: string },
): Promise<string> => {
  const { kty, crv, x, y } = publicJwk;
  const claims = { htm: method, htu: url, jti, ...(ath === undefined ? {} : { ath }) };
  return new SignJWT(claims)
    .setIssuedAt()
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'dpop+jwt',
      jwk: { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' },
    })
    .sign(privateKey);
};
