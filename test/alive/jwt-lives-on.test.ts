// What a JWT access token cannot do: die before its time. It lives five minutes at most, and nobody can ask about it (docs say so).
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { basicOf } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { newPerson } from '../support/new-person.ts';
import { signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { sessionUidOf } from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

it('outlives its session by five minutes at most; its refresh token does not', async () => {
  const indicator = 'https://api.example.org/';
  const service = await two.newService({
    first_party: true,
    grant_types: ['authorization_code', 'refresh_token'],
    resources: [{ indicator, scopes: ['read'], access_token_format: 'jwt' }],
  });
  const person = await newPerson(two.instances[0]);
  const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [indicator] });
  const callback = await signInAndAllow(two.newBrowser(), flow.url, person);
  const tokens = await flow.redeem(callback.url, { resource: indicator });
  await two.instances[0].app.services.sessionEnds.endSession(person.id, await sessionUidOf(two, service));

  const keys = createRemoteJWKSet(new URL('/jwks', two.issuer));
  const { payload } = await jwtVerify(tokens.access_token, keys, { audience: indicator });
  expect(Number(payload.exp) - Date.now() / 1000).toBeLessThanOrEqual(300);
  await expect(jwtVerify(tokens.access_token, keys, { currentDate: new Date(Date.now() + 301_000) })).rejects.toThrow();

  const headers = basicOf(service);
  const asked = await two.post('/token/introspection', { token: tokens.access_token }, { headers });
  expect([asked.status, asked.body['error']]).toEqual([400, 'unsupported_token_type']);
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  for (const at of [0, 1] as const)
    expect((await two.post('/token', form, { headers, at })).body['error']).toBe('invalid_grant');
});
