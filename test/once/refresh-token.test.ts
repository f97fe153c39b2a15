// A refresh token is used once and replaced, for every client; used twice it takes everything with it (RFC 9700 §4.14.2).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { oauthErrorOf, race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const grant_types = ['authorization_code', 'refresh_token'];
const kinds: [string, () => Promise<RelyingParty>][] = [
  ['confidential', () => two.newService({ grant_types })],
  [
    'public',
    () => two.newService({ grant_types, token_endpoint_auth_method: 'none', client_secret: undefined }, client.None()),
  ],
];

const signIn = async (service: RelyingParty) => {
  const request = await service.begin();
  const callback = await signInAndAllow(two.newBrowser(), request.url, citizen('anna'));
  return request.finish(callback.url);
};

const grantsOf = (service: RelyingParty) =>
  nativeCollection(two.connection, 'oidc_grant').countDocuments({ 'payload.clientId': service.metadata.client_id });

describe.each(kinds)('a refresh token of a %s client', (_kind, newClient) => {
  it('is replaced at every use', async () => {
    const service = await newClient();
    const configuration = await service.configuration();
    const seen = [(await signIn(service)).refresh_token ?? ''];
    for (let turn = 0; turn < 4; turn += 1) {
      const tokens = await client.refreshTokenGrant(configuration, seen.at(-1) ?? '');
      seen.push(tokens.refresh_token ?? '');
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).not.toContain('');
  });

  it('is used by one of twenty at once', async () => {
    const service = await newClient();
    const configuration = await service.configuration();
    const token = (await signIn(service)).refresh_token ?? '';
    const { won, lost } = await race(20, () => client.refreshTokenGrant(configuration, token));

    expect(won).toHaveLength(1);
    expect(tally(lost.map(oauthErrorOf))).toEqual({ invalid_grant: 19 });
  });

  it('used twice in a race takes the Grant and the winner’s tokens with it', async () => {
    const service = await newClient();
    const configuration = await service.configuration();
    const token = (await signIn(service)).refresh_token ?? '';
    const [winner] = (await race(20, () => client.refreshTokenGrant(configuration, token))).won;

    expect(await grantsOf(service)).toBe(0);
    await expect(client.refreshTokenGrant(configuration, winner?.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const bearer = { Authorization: `Bearer ${winner?.access_token ?? ''}` };
    expect((await two.get('/me', { headers: bearer, at: 0 })).status).toBe(401);
    expect((await two.get('/me', { headers: bearer, at: 1 })).status).toBe(401);
  });

  it('used again later takes the Grant, its successor and their tokens with it', async () => {
    const service = await newClient();
    const configuration = await service.configuration();
    const first = await signIn(service);
    const second = await client.refreshTokenGrant(configuration, first.refresh_token ?? '');
    const third = await client.refreshTokenGrant(configuration, second.refresh_token ?? '');

    await expect(client.refreshTokenGrant(configuration, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await grantsOf(service)).toBe(0);
    await expect(client.refreshTokenGrant(configuration, third.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const bearer = { Authorization: `Bearer ${third.access_token}` };
    expect((await two.get('/me', { headers: bearer })).status).toBe(401);
  });

  it('is worth nothing to another service, and is not spent by it', async () => {
    const service = await newClient();
    const token = (await signIn(service)).refresh_token ?? '';
    const stranger = await newClient();
    await expect(client.refreshTokenGrant(await stranger.configuration(), token)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await client.refreshTokenGrant(await service.configuration(), token);
  });
});

it('what is revoked at the revocation endpoint is dead with everything of its Grant', async () => {
  const service = await two.newService({ grant_types });
  const configuration = await service.configuration();
  const tokens = await signIn(service);
  await client.tokenRevocation(configuration, tokens.refresh_token ?? '');

  await expect(client.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const bearer = { Authorization: `Bearer ${tokens.access_token}` };
  expect((await two.get('/me', { headers: bearer, at: 1 })).status).toBe(401);
});
