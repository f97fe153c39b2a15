// The one mongod of a test run, from global setup to global teardown.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongod, mongodCache } from '../../src/sandbox/mongod/find-mongod.ts';
import { startMongod } from '../../src/sandbox/mongod/start-mongod.ts';

const say = (text: string): void => console.log(text);
let stop = async (): Promise<void> => undefined;

/** The mongod to test with: found as `npm start` finds it. */
export const findTestMongod = (): Promise<string> =>
  findMongod({ env: { mongod: process.env.MONGOD, path: process.env.PATH ?? '' }, cacheDir: mongodCache, say });

export const startTestServer = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-test-'));
  stop = () => rm(dataDir, { recursive: true, force: true });

  // Fail points for the tests of failures; no sweeping, so that expiry is proved by our own checks.
  // What is dropped is gone at once: kept for five minutes, the databases of a whole run need more open files than a process may have.
  const parameters = ['enableTestCommands=1', 'ttlMonitorEnabled=false', 'minSnapshotHistoryWindowInSeconds=0'];
  const binary = await findTestMongod();
  const mongod = await startMongod({ dataDir, binary, say: () => undefined, parameters });
  stop = async () => {
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return mongod.uri;
};

export const stopTestServer = (): Promise<void> => stop();
