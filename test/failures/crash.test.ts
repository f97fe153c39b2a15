import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicIdProcess, type CivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { oauthErrorOf, race } from '../support/race.ts';
import { createRelyingParty, serviceMetadata, type RelyingParty } from '../support/relying-party.ts';

const anna = citizen('anna');

let secretsDir: string;
let uri: string;
let port: number;
let idp: CivicIdProcess;
let service: RelyingParty;
let agent: BrowserAgent;
let connection: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-crash-'));
});
afterAll(() => rm(secretsDir, { recursive: true, force: true }));
beforeEach(async () => {
  uri = testDatabaseUri();
  connection = await connect(uri);
  port = await freePort();
});
afterEach(async () => {
  await idp.stop();
  await connection.close();
  await dropDatabase(uri);
});

const startCrashingAt = async (crashAt: string): Promise<void> => {
  idp = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
  const issuer = new URL(`http://localhost:${port}`);
  const metadata = serviceMetadata({ first_party: true, grant_types: ['authorization_code', 'refresh_token'] });
  await idp.register(metadata);
  service = createRelyingParty(issuer, metadata);
  agent = createBrowserAgent(issuer);
};
const restart = async (): Promise<void> => {
  expect(await idp.ended).toBe('SIGKILL');
  idp = await startCivicIdProcess({ uri, port, secretsDir });
};

const records = (collection: string, filter: object = {}) =>
  nativeCollection(connection, collection).find(filter).toArray();
const count = async (collection: string, filter: object = {}) => (await records(collection, filter)).length;
const journalled = async () => (await records('journal')).map((event) => event['type']);
const signIn = async (page: PageView): Promise<PageView> => {
  const callback = await typeCredentials(agent, page, anna);
  expect(callback.isElsewhere).toBe(true);
  return callback;
};
/** A whole new request of the service, answered without a word where the person is still signed in. */
const beginAgain = async () => {
  const request = await service.begin();
  const page = await agent.open(request.url);
  return request.finish((page.isElsewhere ? page : await signIn(page)).url);
};

describe('killed between the password and the answer', () => {
  it('has counted the try, has signed nobody in, and takes the same form again', async () => {
    await startCrashingAt('password verified');
    const request = await service.begin();
    const page = await agent.open(request.url);
    await expect(typeCredentials(agent, page, anna)).rejects.toThrow(/hang up|ECONNRESET/);
    await restart();

    // Once under the identifier she typed, once under her person.
    expect((await records('attempts')).map((record) => record['tries'])).toEqual([1, 1]);
    expect(await count('oidc_session', { 'payload.accountId': { $exists: true } })).toBe(0);
    expect(await count('oidc_grant')).toBe(0);
    expect(await count('oidc_authorization_code')).toBe(0);
    expect(await journalled()).toEqual([]);
    expect(titleOf(await agent.open((await service.begin()).url))).toContain('Sign in');

    await request.finish((await signIn(page)).url);
    expect(await journalled()).toEqual(['sign-in']);
    expect(await count('attempts')).toBe(0);
  });

  it('counts a try of every crash, so that crashing buys no guesses', async () => {
    await startCrashingAt('password verified');
    const page = await agent.open((await service.begin()).url);
    for (const tries of [1, 2]) {
      await expect(typeCredentials(agent, page, anna)).rejects.toThrow(/hang up|ECONNRESET/);
      expect((await records('attempts')).map((record) => record['tries'])).toEqual([tries, tries]);
      expect(await idp.ended).toBe('SIGKILL');
      idp = await startCivicIdProcess({ uri, port, secretsDir, crashAt: 'password verified' });
    }
  });
});

const lostConnection = { cause: { message: 'fetch failed' } };
const tokensAreGone = async () => {
  expect(await count('oidc_access_token')).toBe(0);
  expect(await count('oidc_refresh_token', { 'payload.consumed': { $exists: false } })).toBe(0);
};
const allRefused = { won: [], lost: Array.from({ length: 20 }, () => 'invalid_grant') };
const retryTwentyTimes = async (work: () => Promise<unknown>) => {
  const { won, lost } = await race(20, work);
  expect({ won, lost: lost.map(oauthErrorOf) }).toEqual(allRefused);
};

describe('killed between the spent code and the stored tokens', () => {
  it('has spent the code for good: no retry gets anything, and the service asks again', async () => {
    await startCrashingAt('AuthorizationCode consumed');
    const request = await service.begin();
    const callback = await signIn(await agent.open(request.url));
    await expect(request.finish(callback.url)).rejects.toMatchObject(lostConnection);
    await restart();

    expect(await count('oidc_authorization_code', { 'payload.consumed': { $exists: true } })).toBe(1);
    await tokensAreGone();
    await retryTwentyTimes(() => request.finish(callback.url));
    await tokensAreGone();

    const tokens = await beginAgain();
    await client.refreshTokenGrant(await service.configuration(), tokens.refresh_token ?? '');
  });
});

describe('killed between the spent refresh token and the new one', () => {
  it('has spent it for good: no retry gets anything, and the service asks again', async () => {
    await startCrashingAt('RefreshToken consumed');
    const configuration = await service.configuration();
    const { refresh_token: first = '', access_token: accessToken } = await beginAgain();
    await expect(client.refreshTokenGrant(configuration, first)).rejects.toMatchObject(lostConnection);
    await restart();

    expect(await count('oidc_refresh_token')).toBe(1);
    expect(await client.tokenIntrospection(configuration, accessToken)).toMatchObject({ active: true });
    await retryTwentyTimes(() => client.refreshTokenGrant(configuration, first));
    expect(await client.tokenIntrospection(configuration, accessToken)).toEqual({ active: false }); // reuse ends all of it

    const { refresh_token: second = '' } = await beginAgain();
    const { refresh_token: third = '' } = await client.refreshTokenGrant(configuration, second);
    expect(new Set([first, second, third]).size).toBe(3);
  });
});
