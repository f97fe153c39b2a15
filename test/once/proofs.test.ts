// Proofs are good once: an assertion by its jti, a DPoP proof by its own (RFC 7523 §3, RFC 9449 §11.1).
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { getDPoPHandle, randomDPoPKeyPair } from 'openid-client';
import {
  assertionClaims,
  assertionType,
  basicOf,
  keyMetadata,
  newServiceKey,
  signAssertion,
  signProof,
  type ServiceKey,
} from '../support/client-keys.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
let key: ServiceKey;
beforeAll(async () => {
  two = await startTwo();
  key = await newServiceKey();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const machine = { redirect_uris: [], grant_types: ['client_credentials'] };
const answers = async (count: number, ask: () => ReturnType<Two['post']>) => (await race(count, ask)).won;
const outcome = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 200 ? '200 granted' : `${status} ${String(body['error'])}`;

describe('one client assertion', () => {
  const byKey = async () => {
    const { metadata } = await two.newService({ ...machine, ...keyMetadata(key) });
    const claims = assertionClaims(metadata.client_id, two.issuer);
    const form = async () => ({
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: await signAssertion(key, claims),
    });
    return { form, metadata, claims };
  };

  it('authenticates one of twenty requests at once', async () => {
    const { form } = await byKey();
    const same = await form();
    const got = await answers(20, () => two.post('/token', same));
    expect(tally(got.map(outcome))).toEqual({ '200 granted': 1, '401 invalid_client': 19 });
  });

  it('is known by its jti, not by its bytes', async () => {
    const { form } = await byKey();
    expect((await two.post('/token', await form(), { at: 0 })).status).toBe(200);
    expect((await two.post('/token', await form(), { at: 1 })).status).toBe(401);
  });

  it('is spent at whichever endpoint it was shown', async () => {
    const { form } = await byKey();
    const same = await form();
    expect((await two.post('/token', same)).status).toBe(200);
    expect((await two.post('/token/introspection', { ...same, token: 'x' })).status).toBe(401);
  });

  it('of one service does not spend the same jti of another', async () => {
    const first = await byKey();
    const second = await byKey();
    expect((await two.post('/token', await first.form())).status).toBe(200);
    const claims = { ...second.claims, jti: String(first.claims.jti) };
    const form = { ...(await second.form()), client_assertion: await signAssertion(key, claims) };
    expect((await two.post('/token', form)).status).toBe(200);
  });
});

describe('one DPoP proof', () => {
  it('binds one of twenty tokens asked for at once', async () => {
    const service = await two.newService(machine);
    const proof = await signProof(key, { url: `${two.issuer.origin}/token` });
    const got = await answers(20, () =>
      two.post('/token', { grant_type: 'client_credentials' }, { headers: { ...basicOf(service), DPoP: proof } }),
    );
    expect(tally(got.map(outcome))).toEqual({ '200 granted': 1, '400 invalid_grant': 19 });
  });

  it('opens userinfo to one of twenty at once', async () => {
    const service = await two.newService({ first_party: true });
    const request = await service.begin();
    const callback = await signInAndAllow(two.newBrowser(), request.url, citizen('anna'));
    const pair = await randomDPoPKeyPair('ES256', { extractable: true });
    const DPoP = getDPoPHandle(await service.configuration(), pair);
    const { access_token: token } = await request.finish(callback.url, { DPoP });

    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
    const own: ServiceKey = { privateKey: pair.privateKey, kid: '', publicJwk: { ...jwk, kty: 'EC' } };
    const ath = createHash('sha256').update(token).digest('base64url');
    const proof = await signProof(own, { url: `${two.issuer.origin}/me`, method: 'GET', ath });

    const headers = { Authorization: `DPoP ${token}`, DPoP: proof };
    const got = (await race(20, () => two.get('/me', { headers }))).won;
    expect(tally(got.map(({ status }) => status))).toEqual({ 200: 1, 401: 19 });
  });
});
