// A client assertion is for us alone, for a few minutes, once, and signed by the key that is registered (RFC 7523 §3).
import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assertionClaims,
  assertionType,
  keyMetadata,
  newServiceKey,
  signAssertion,
  type ServiceKey,
} from '../support/client-keys.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const machine = { redirect_uris: [], grant_types: ['client_credentials'] };
const grant = { grant_type: 'client_credentials' };

describe('a client assertion', () => {
  let key: ServiceKey;
  let other: ServiceKey;
  beforeAll(async () => {
    key = await newServiceKey();
    other = await newServiceKey();
  });
  const register = async (signer = key) => {
    const { metadata } = await two.newService({ ...machine, ...keyMetadata(signer) });
    return metadata.client_id;
  };
  const present = async (client_assertion: string, path = '/token') => {
    const answer = await two.post(path, { ...grant, client_assertion_type: assertionType, client_assertion });
    return answer.status === 200 ? 'accepted' : `${answer.status} ${String(answer.body['error'])}`;
  };
  const refused = '401 invalid_client';
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['for the issuer', {}],
    ['for the issuer alone, as a list', { aud: 'list' }],
    ['for the token endpoint, as old clients have it', { aud: 'token' }],
    ['for almost five minutes', { exp: 295 }],
  ])('%s is accepted', async (_name, { aud, exp }: { aud?: string; exp?: number }) => {
    const id = await register();
    const audiences: Record<string, string | string[]> = {
      list: [two.issuer.origin],
      token: `${two.issuer.origin}/token`,
    };
    const claims = assertionClaims(id, two.issuer, {
      ...(aud === undefined ? {} : { aud: audiences[aud] ?? aud }),
      ...(exp === undefined ? {} : { exp: now() + exp }),
    });
    expect(await present(await signAssertion(key, claims))).toBe('accepted');
  });

  it.each(['RS256', 'PS256', 'ES256'])('signed by %s is accepted', async (alg) => {
    const signer = await newServiceKey(alg);
    const id = await register(signer);
    expect(await present(await signAssertion(signer, assertionClaims(id, two.issuer)))).toBe('accepted');
  });

  const wrongClaims: [string, () => Record<string, unknown>][] = [
    ['names a stranger too', () => ({ aud: [two.issuer.origin, 'https://stranger.example.org'] })],
    ['names issuer and token endpoint', () => ({ aud: [two.issuer.origin, `${two.issuer.origin}/token`] })],
    ['names a stranger', () => ({ aud: 'https://stranger.example.org' })],
    ['names the issuer with a slash', () => ({ aud: `${two.issuer.origin}/` })],
    ['names another endpoint of ours', () => ({ aud: `${two.issuer.origin}/token/introspection` })],
    ['names nobody', () => ({ aud: undefined })],
    ['names an empty list', () => ({ aud: [] })],
    ['lives six minutes', () => ({ exp: now() + 360 })],
    ['lives for ever', () => ({ exp: undefined })],
    ['lives until the end of numbers', () => ({ exp: 1e15 })],
    ['has expired', () => ({ iat: now() - 120, exp: now() - 60 })],
    ['is not valid yet', () => ({ nbf: now() + 120 })],
    ['was issued by another', () => ({ iss: 'another' })],
    ['was issued by nobody', () => ({ iss: undefined })],
    ['is about another', () => ({ sub: 'another' })],
    ['is about nobody', () => ({ sub: undefined })],
    ['has no jti', () => ({ jti: undefined })],
    ['has an exp that is a text', () => ({ exp: String(now() + 60) })],
  ];
  it.each(wrongClaims)('that %s is refused', async (_name, changes) => {
    const id = await register();
    const text = JSON.stringify({ ...assertionClaims(id, two.issuer), ...changes() });
    expect(await present(await signAssertion(key, JSON.parse(text)))).toBe(refused);
  });

  it('signed by another key under the right name is refused', async () => {
    const claims = assertionClaims(await register(), two.issuer);
    expect(await present(await signAssertion(other, claims, { kid: key.kid }))).toBe(refused);
    expect(await present(await signAssertion(other, claims))).toBe(refused);
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c'])('that brings its own key in the header (%s) is refused', async (name) => {
    const claims = assertionClaims(await register(), two.issuer);
    const brought = {
      jwk: { jwk: other.publicJwk },
      jku: { jku: `${two.issuer.origin}/jwks` },
      x5u: { x5u: 'https://stranger.example.org/cert' },
      x5c: { x5c: ['MIIB'] },
    }[name];
    expect(await present(await signAssertion(other, claims, brought))).toBe(refused);
    expect(await present(await signAssertion(other, claims, { ...brought, kid: key.kid }))).toBe(refused);
  });

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each(['none', 'None', 'NONE', ''])('of algorithm “%s” is refused', async (alg) => {
    const id = await register();
    const unsigned = `${part({ alg })}.${part(assertionClaims(id, two.issuer))}`;
    expect(await present(`${unsigned}.`)).toMatch(/^40[01] invalid_/);
    expect(await present(`${unsigned}.AA`)).toMatch(/^40[01] invalid_/);
  });

  it('of HS256 with the public key as the secret is refused', async () => {
    const publicKey = createPublicKey({ key: JSON.parse(JSON.stringify(key.publicJwk)), format: 'jwk' });
    const id = await register();
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.publicJwk),
    ];
    for (const secret of secrets) {
      const unsigned = `${part({ alg: 'HS256', kid: key.kid })}.${part(assertionClaims(id, two.issuer))}`;
      const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
      expect(await present(`${unsigned}.${signature}`)).toBe(refused);
    }
  });

  it('whose claims were changed after signing is refused', async () => {
    const [own, victim] = [await register(other), await register()];
    const [head = '', , signature = ''] = (await signAssertion(other, assertionClaims(own, two.issuer))).split('.');
    expect(await present(`${head}.${part(assertionClaims(victim, two.issuer))}.${signature}`)).toBe(refused);
  });

  it('that is no JWT, or of another type, is refused', async () => {
    for (const assertion of ['', 'x', 'a.b.c', '..', '{}']) expect(await present(assertion)).toMatch(/^40[01] /);
    const id = await register();
    const client_assertion = await signAssertion(key, assertionClaims(id, two.issuer));
    const form = {
      ...grant,
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    };
    expect((await two.post('/token', form)).status).toBe(400);
  });

  it('is no help to a client that is registered with a secret, nor a secret to one with a key', async () => {
    const withSecret = await two.newService({ ...machine, jwks: { keys: [key.publicJwk] } });
    expect(await present(await signAssertion(key, assertionClaims(withSecret.metadata.client_id, two.issuer)))).toBe(
      refused,
    );
    const form = { ...grant, client_id: await register(), client_secret: 'secret' };
    expect((await two.post('/token', form)).status).toBe(401);
  });

  it('for the token endpoint is not one for another endpoint', async () => {
    const { metadata } = await two.newService({ ...keyMetadata(key) });
    const form = {
      client_id: metadata.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: metadata.redirect_uris[0] ?? '',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      client_assertion_type: assertionType,
    };
    const push = async (aud: string) =>
      two.post('/request', {
        ...form,
        client_assertion: await signAssertion(key, assertionClaims(metadata.client_id, two.issuer, { aud })),
      });
    expect((await push(two.issuer.origin)).status).toBe(201);
    expect((await push(`${two.issuer.origin}/request`)).status).toBe(401);
  });
});
