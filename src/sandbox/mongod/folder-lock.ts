// A folder belongs to one live process. The system itself keeps the lock (SQLite's, on an empty file), so it ends with
// its process, however that ends: no stale lock, no pid that means somebody else by now.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

export type Claim = { outcome: 'claimed'; release: () => void } | { outcome: 'taken'; by: number };

const held = new Set<DatabaseSync>(); // garbage collection would close one that nobody remembers
const busy = 5; // SQLITE_BUSY

const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === busy;

const lock = (file: string): DatabaseSync | undefined => {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
};

const pidIn = (file: string): number => {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'));
  } catch {
    return Number.NaN;
  }
};

const hold = (database: DatabaseSync, pidFile: string): Claim => {
  held.add(database);
  writeFileSync(pidFile, `${process.pid}\n`);
  const release = (): void => {
    if (!held.delete(database)) return;
    rmSync(pidFile, { force: true });
    database.close();
  };
  return { outcome: 'claimed', release };
};

export const claimFolder = async (folder: string): Promise<Claim> => {
  const pidFile = join(folder, 'civic-id.pid');
  for (let tries = 0; tries < 10; tries += 1) {
    const database = lock(join(folder, 'civic-id.lock'));
    if (database !== undefined) return hold(database, pidFile);
    await sleep(20); // who has it may be dying just now, or about to write its pid
  }
  return { outcome: 'taken', by: pidIn(pidFile) };
};
