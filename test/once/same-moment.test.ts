// Two that have both looked before either has spent: one wins, and the other one’s attempt is the reuse that ends the Grant.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openFailPoint, type FailPoint } from '../support/fail-point.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { oauthErrorOf, race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { withRefresh } from '../support/visits.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let failPoint: FailPoint;
let two: Two;
beforeAll(async () => {
  failPoint = await openFailPoint();
  two = await startTwo({ uri: failPoint.uri });
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(async () => {
  await two.stop();
  await failPoint.close();
});

/** Both have read the record before the first of them writes. */
const twiceAtOnce = async <T>(collection: string, work: () => Promise<T>) => {
  const namespace = `${two.connection.name}.${collection}`;
  await failPoint.fail({ failCommands: ['update'], namespace, blockConnection: true, blockTimeMS: 600 }, 2);
  const result = await race(2, work);
  expect(await failPoint.recover()).toBe(2);
  return result;
};

const grantsOf = ({ metadata }: RelyingParty) =>
  nativeCollection(two.connection, 'oidc_grant').countDocuments({ 'payload.clientId': metadata.client_id });

const begin = async () => {
  const service = await two.newService({ ...withRefresh, first_party: true });
  const request = await service.begin();
  const { url } = await signInAndAllow(two.newBrowser(), request.url, citizen('anna'));
  return { service, finish: () => request.finish(url) };
};

it('a code', async () => {
  const { service, finish } = await begin();
  const { won, lost } = await twiceAtOnce('oidc_authorization_code', finish);
  expect(won).toHaveLength(1);
  expect(lost.map(oauthErrorOf)).toEqual(['invalid_grant']);
  expect(await grantsOf(service)).toBe(0);
});

it('a refresh token', async () => {
  const { service, finish } = await begin();
  const token = (await finish()).refresh_token ?? '';
  const configuration = await service.configuration();
  const { won, lost } = await twiceAtOnce('oidc_refresh_token', () => refreshTokenGrant(configuration, token));
  expect(won).toHaveLength(1);
  expect(lost.map(oauthErrorOf)).toEqual(['invalid_grant']);
  expect(await grantsOf(service)).toBe(0);
  await expect(refreshTokenGrant(configuration, won[0]?.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});
