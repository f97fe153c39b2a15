// Every token opens its own door and no other (RFC 8725 §3.11, RFC 9068 §5).
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWTPayload } from 'jose';
import { basicOf, newServiceKey } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
let service: RelyingParty;
let api: string;
beforeAll(async () => {
  two = await startTwo();
  api = 'https://api.example.org/';
  service = await two.newService({
    first_party: true,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    resources: [{ indicator: api, scopes: ['read'], access_token_format: 'jwt' }],
  });
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const signIn = async () => {
  const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [api] });
  const callback = (await signInAndAllow(two.newBrowser(), flow.url, citizen('anna'))).url;
  const code = new URL(callback).searchParams.get('code') ?? '';
  return { flow, callback, code };
};
const everything = async () => {
  const first = await signIn();
  const forApi = await first.flow.redeem(first.callback, { resource: api });
  const plainFlow = await beginCodeFlow(service);
  const plain = await plainFlow.redeem((await signInAndAllow(two.newBrowser(), plainFlow.url, citizen('anna'))).url);
  const { body } = await two.post('/token', { grant_type: 'client_credentials' }, { headers: basicOf(service) });
  return {
    code: (await signIn()).code,
    idToken: String(plain.id_token),
    opaque: plain.access_token,
    refresh: plain.refresh_token ?? '',
    jwt: forApi.access_token,
    machine: String(body['access_token']),
  };
};
const userinfo = async (token: string) =>
  (await two.get('/me', { headers: { Authorization: `Bearer ${token}` } })).status;
const refresh = async (token: string) =>
  (await two.post('/token', { grant_type: 'refresh_token', refresh_token: token }, { headers: basicOf(service) }))
    .status;

describe('userinfo', () => {
  it('opens to an opaque access token with openid, and to nothing else', async () => {
    const { opaque, ...others } = await everything();
    expect(await userinfo(opaque)).toBe(200);
    for (const [name, token] of Object.entries(others)) expect([name, await userinfo(token)]).toEqual([name, 401]);
  });

  it('takes no token in the address', async () => {
    const { opaque } = await everything();
    expect((await two.get(`/me?access_token=${opaque}`)).status).toBeGreaterThanOrEqual(400);
  });

  it('takes no token that somebody changed', async () => {
    const { opaque } = await everything();
    for (const token of [`${opaque}x`, opaque.slice(1), opaque.toLowerCase(), '', 'stored:x'])
      expect(await userinfo(token)).toBeGreaterThanOrEqual(400);
  });
});

describe('the token endpoint', () => {
  it('refreshes by a refresh token and nothing else', async () => {
    const { refresh: token, ...others } = await everything();
    for (const [name, other] of Object.entries(others)) expect([name, await refresh(other)]).toEqual([name, 400]);
    expect(await refresh(token)).toBe(200);
  });

  it('redeems a code and nothing else', async () => {
    const { code: _code, ...others } = await everything();
    for (const token of Object.values(others)) {
      const form = {
        grant_type: 'authorization_code',
        code: token,
        redirect_uri: service.metadata.redirect_uris[0] ?? '',
        code_verifier: 'x'.repeat(43),
      };
      const { status, body } = await two.post('/token', form, { headers: basicOf(service) });
      expect([status, body['error']]).toEqual([400, 'invalid_grant']);
    }
  });
});

describe('a hint', () => {
  it('is an ID token for this service: neither an access token nor a home-made one', async () => {
    const { jwt, idToken } = await everything();
    const claims: JWTPayload = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
    const own = await newServiceKey();
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'HS256' })}.${part(claims)}`;
    const { body } = await two.get('/jwks');
    const hints = [
      jwt,
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(own.privateKey),
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', jwk: own.publicJwk }).sign(own.privateKey),
      `${part({ alg: 'none' })}.${part(claims)}.`,
      `${unsigned}.${createHmac('sha256', JSON.stringify(body)).update(unsigned).digest('base64url')}`,
    ];
    for (const hint of hints) {
      const page = await two.newBrowser().open((await service.begin({ id_token_hint: hint })).url);
      expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
      const signOut = await two.newBrowser().open(`/session/end?id_token_hint=${hint}`);
      expect(signOut.status).toBe(400);
    }
  });
});
