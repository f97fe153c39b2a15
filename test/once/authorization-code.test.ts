// A code is redeemed once, whoever asks first and on whichever instance; used twice it takes everything with it (RFC 6749 §4.1.2, RFC 9700 §4.14).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchUserInfo, refreshTokenGrant } from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { oauthErrorOf, race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const lasting = { grant_types: ['authorization_code', 'refresh_token'] };

const obtainCode = async (changes: Record<string, unknown> = lasting) => {
  const service = await two.newService(changes);
  const request = await service.begin();
  const callback = await signInAndAllow(two.newBrowser(), request.url, citizen('anna'));
  return { service, callback: callback.url, finish: () => request.finish(callback.url) };
};

const grantsOf = (clientId: string) =>
  nativeCollection(two.connection, 'oidc_grant').countDocuments({ 'payload.clientId': clientId });

describe('one authorization code', () => {
  it('is redeemed by one of twenty at once', async () => {
    const { finish } = await obtainCode();
    const { won, lost } = await race(20, finish);

    expect(won).toHaveLength(1);
    expect(tally(lost.map(oauthErrorOf))).toEqual({ invalid_grant: 19 });
  });

  it('used twice in a race takes the Grant and the winner’s tokens with it', async () => {
    const { service, finish } = await obtainCode();
    const [winner] = (await race(20, finish)).won;
    const configuration = await service.configuration();

    expect(await grantsOf(service.metadata.client_id)).toBe(0);
    await expect(refreshTokenGrant(configuration, winner?.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const bearer = { headers: { Authorization: `Bearer ${winner?.access_token ?? ''}` } };
    expect((await two.get('/me', { ...bearer, at: 0 })).status).toBe(401);
    expect((await two.get('/me', { ...bearer, at: 1 })).status).toBe(401);
  });

  it('used again later takes the Grant with it too', async () => {
    const { service, finish } = await obtainCode();
    const tokens = await finish();
    const configuration = await service.configuration();
    const sub = tokens.claims()?.sub ?? '';
    await fetchUserInfo(configuration, tokens.access_token, sub);

    await expect(finish()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await grantsOf(service.metadata.client_id)).toBe(0);
    await expect(refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(fetchUserInfo(configuration, tokens.access_token, sub)).rejects.toThrow();
  });

  it('is refused when it is used again after its minute', async () => {
    const { finish } = await obtainCode();
    await finish();
    await two.age(2);
    await expect(finish()).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('leaves the person signed in: the next visit gets a Grant of its own', async () => {
    const service = await two.newService();
    const request = await service.begin();
    const agent = two.newBrowser();
    const callback = await signInAndAllow(agent, request.url, citizen('anna'));
    await race(20, () => request.finish(callback.url));

    const again = await service.begin();
    const page = await agent.open(again.url);
    expect(page.isElsewhere).toBe(true);
    await again.finish(page.url);
  });

  it('is worth nothing to another service, and is not spent by it', async () => {
    const { finish, callback } = await obtainCode();
    const stranger = await two.newService();
    const answer = await two.post('/token', {
      grant_type: 'authorization_code',
      code: new URL(callback).searchParams.get('code') ?? '',
      redirect_uri: stranger.metadata.redirect_uris[0] ?? '',
      code_verifier: 'x'.repeat(43),
      client_id: stranger.metadata.client_id,
      client_secret: String(stranger.metadata['client_secret']),
    });
    expect(answer.body['error']).toMatch(/invalid_(grant|client)/);
    await finish();
  });
});
