// A killed app may leave its mongod running on the folder; the next start stops that one and nobody else's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMongodOn } from './process-facts.ts';

const patienceMs = 10_000;

/** mongod writes its pid there and empties the file when it ends by itself. */
const pidInLock = (dbPath: string): number => {
  try {
    return Number.parseInt(readFileSync(join(dbPath, 'mongod.lock'), 'utf8'));
  } catch {
    return Number.NaN;
  }
};

/** Proved anew before each signal: the pid may have changed hands. Answers whether the process is gone. */
const signalAndWait = async (pid: number, dbPath: string, signal: NodeJS.Signals): Promise<boolean> => {
  const deadline = Date.now() + patienceMs;
  if (isMongodOn(pid, dbPath)) process.kill(pid, signal);
  while (isMongodOn(pid, dbPath)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
};

/** Answers whether there was one to stop. */
export const stopLeftBehind = async (dbPath: string): Promise<boolean> => {
  const pid = pidInLock(dbPath);
  if (Number.isNaN(pid) || !isMongodOn(pid, dbPath)) return false;

  return (await signalAndWait(pid, dbPath, 'SIGTERM')) || signalAndWait(pid, dbPath, 'SIGKILL');
};
