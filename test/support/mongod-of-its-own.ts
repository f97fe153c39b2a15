// A mongod that a test may kill or freeze without hurting anybody else.
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongod, type RunningMongod } from '../../src/sandbox/mongod/start-mongod.ts';
import { findTestMongod } from './test-server.ts';

/** The process that serves this data folder; mongod writes it there. */
export const pidOfMongod = (dbPath: string): number =>
  Number.parseInt(readFileSync(join(dbPath, 'mongod.lock'), 'utf8'));

export interface OwnMongod {
  uri: string;
  signal: (signal: NodeJS.Signals) => void;
  /** Starts it again on the same data and port. */
  start: () => Promise<void>;
  remove: () => Promise<void>;
}

/** `parameters`: as for `--setParameter`. */
export const startOwnMongod = async (parameters: readonly string[] = []): Promise<OwnMongod> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-own-'));
  const binary = await findTestMongod();
  const start = (): Promise<RunningMongod> => startMongod({ dataDir, binary, say: () => undefined, parameters });
  let running = await start();
  const folder = (await readdir(dataDir)).find((name) => /^mongodb-[\d.]+\d$/.test(name)) ?? '';

  return {
    uri: running.uri,
    signal: (signal) => process.kill(pidOfMongod(join(dataDir, folder)), signal),
    start: async () => {
      running = await start();
    },
    remove: async () => {
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
