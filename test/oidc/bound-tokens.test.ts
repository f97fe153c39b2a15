// A token bound to a key is worth nothing without a fresh proof of that key (RFC 9449 §4.3, §7).
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { getDPoPHandle } from 'openid-client';
import { newServiceKey, signProof, type ServiceKey } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

describe('a token bound to a key (DPoP)', () => {
  let key: ServiceKey;
  let token: string;
  beforeAll(async () => {
    key = await newServiceKey();
    const bound = await two.newService({ first_party: true, grant_types: ['authorization_code', 'refresh_token'] });
    const begun = await beginCodeFlow(bound);
    const { url } = await signInAndAllow(two.newBrowser(), begun.url, citizen('anna'));
    const { DPoP } = await handleFor(bound, key);
    token = (await begun.redeem(url, undefined, { DPoP })).access_token;
  });

  const handleFor = async (bound: RelyingParty, { privateKey, publicJwk }: ServiceKey) => {
    const publicKey = await crypto.subtle.importKey(
      'jwk',
      { ...publicJwk, kty: 'EC', ext: true, key_ops: ['verify'] },
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    );
    return { DPoP: getDPoPHandle(await bound.configuration(), { privateKey, publicKey }) };
  };
  const ath = () => createHash('sha256').update(token).digest('base64url');
  const me = () => `${two.issuer.origin}/me`;
  const ask = async (proof: string | undefined, scheme = 'DPoP') =>
    (
      await two.get('/me', {
        headers: { Authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { DPoP: proof }) },
      })
    ).status;

  it('opens with a proof of that key and with nothing less', async () => {
    expect(await ask(await signProof(key, { url: me(), method: 'GET', ath: ath() }))).toBe(200);
    expect(await ask(undefined)).toBeGreaterThanOrEqual(400);
    expect(await ask(undefined, 'Bearer')).toBe(401);
    expect(await ask(await signProof(key, { url: me(), method: 'GET', ath: ath() }), 'Bearer')).toBeGreaterThanOrEqual(
      400,
    );
  });

  it.each([
    ['of another key', async () => signProof(await newServiceKey(), { url: me(), method: 'GET', ath: ath() })],
    ['for another method', async () => signProof(key, { url: me(), method: 'POST', ath: ath() })],
    [
      'for another address',
      async () => signProof(key, { url: `${two.issuer.origin}/token`, method: 'GET', ath: ath() }),
    ],
    [
      'for another host',
      async () => signProof(key, { url: 'https://stranger.example.org/me', method: 'GET', ath: ath() }),
    ],
    ['for another token', async () => signProof(key, { url: me(), method: 'GET', ath: 'x' })],
    ['for no token', async () => signProof(key, { url: me(), method: 'GET' })],
    ['of another type', async () => proofWith({ header: { typ: 'JWT' } })],
    ['of no type', async () => proofWith({ header: { typ: undefined } })],
    ['with a private key in it', async () => proofWith({ header: { jwk: await exportJWK(key.privateKey) } })],
    ['without a key in it', async () => proofWith({ header: { jwk: undefined } })],
    ['an hour old', async () => proofWith({ claims: { iat: Math.floor(Date.now() / 1000) - 3600 } })],
    ['from tomorrow', async () => proofWith({ claims: { iat: Math.floor(Date.now() / 1000) + 86_400 } })],
    ['without jti', async () => proofWith({ claims: { jti: undefined } })],
    ['that is nonsense', async () => 'x.y.z'],
  ])('does not open with a proof %s', async (_name, makeProof) => {
    const status = await ask(await makeProof());
    expect([400, 401]).toContain(status);
  });

  const proofWith = async (changes: { header?: Record<string, unknown>; claims?: Record<string, unknown> }) => {
    const { kty, crv, x, y } = key.publicJwk;
    const claims = { htm: 'GET', htu: me(), ath: ath(), jti: crypto.randomUUID(), iat: Math.floor(Date.now() / 1000) };
    const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y }, ...changes.header };
    const text = JSON.stringify({ ...claims, ...changes.claims });
    return new SignJWT(JSON.parse(text)).setProtectedHeader(JSON.parse(JSON.stringify(header))).sign(key.privateKey);
  };
});
