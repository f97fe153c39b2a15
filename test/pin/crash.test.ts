// PIN-06: a process that is killed between count and comparison has spent the try, so that crashing buys no guesses.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, wordsOf } from '../support/browser-agent.ts';
import { startCivicIdProcess, type CivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import { askForPin, hasPinField, pinEventsOf, pinRowOf } from '../support/step-up.ts';

const uri = testDatabaseUri();
const anna = citizen('anna');
const crashAt = 'PIN try reserved';

let secretsDir: string;
let port: number;
let idp: CivicIdProcess;
let connection: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-pin-crash-'));
  port = await freePort();
  connection = await connect(uri);
});
afterEach(() => idp.stop());
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

/** The process is dead and another one took its place; nobody waits ten seconds for what the dead one held. */
const restart = async (changes: { crashAt?: string } = {}): Promise<void> => {
  expect(await idp.ended).toBe('SIGKILL');
  idp = await startCivicIdProcess({ uri, port, secretsDir, ...changes });
  await nativeCollection(connection, 'operations').updateMany({}, { $set: { busyUntil: null } });
};

it('killed between the counted and the compared PIN, twice, it has counted two tries and confirmed nothing', async () => {
  idp = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
  const issuer = new URL(`http://localhost:${port}`);
  const metadata = serviceMetadata({ first_party: true });
  await idp.register(metadata);
  const service = createRelyingParty(issuer, metadata);
  const agent = createBrowserAgent(issuer);
  await signInAndAllow(agent, (await service.begin()).url, anna);
  const { request, page } = await askForPin({ agent, service });

  let current = page;
  for (const tries of [1, 2]) {
    await expect(agent.submit(current, { pin: anna.pin ?? '' })).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await pinRowOf({ connection }, anna)).toMatchObject({ tries, lockedAt: null });
    expect((await pinRowOf({ connection }, anna)).failures).toHaveLength(tries);
    expect(await pinEventsOf({ connection }, anna)).toEqual(['pin-asked']);
    await restart(tries === 1 ? { crashAt } : {});
    current = await agent.open(page.url);
    expect(hasPinField(current)).toBe(true);
  }

  const wrong = await agent.submit((await askForPin({ agent, service })).page, { pin: '0001' });
  expect(wordsOf(wrong)).toContain('You have 2 tries left');
  const callback = await agent.submit(current, { pin: anna.pin ?? '' });
  await request.finish(callback.url);
  expect(await pinRowOf({ connection }, anna)).toMatchObject({ tries: 0 });
}, 60_000);
