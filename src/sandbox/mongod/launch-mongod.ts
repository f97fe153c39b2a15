// The process itself: its flags, its log, how it says that it listens, and its end.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdOnLeash } from './leash.ts';
import { replicaSet } from './replica-set.ts';

interface Launch {
  binary: string;
  dbPath: string;
  port: number;
  parameters: readonly string[];
}
type Launched =
  { outcome: 'listening'; stop: () => Promise<void> } | { outcome: 'port-taken' } | { outcome: 'ended'; how: string };

const portTakenCode = 48;
const patienceMs = 60_000; // after a crash it reads its journal before it listens
const farewellMs = 10_000;

const always = ['diagnosticDataCollectionEnabled=false', 'shutdownTimeoutMillisForSignaledShutdown=0'];

const flagsOf = ({ dbPath, port, parameters }: Launch): string[] => [
  ...['--dbpath', dbPath, '--port', `${port}`, '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'],
  ...['--replSet', replicaSet, '--oplogSize', '128', '--wiredTigerCacheSizeGB', '0.25'],
  ...[...always, ...parameters].flatMap((parameter) => ['--setParameter', parameter]),
];

/** Its words go straight to a file, so that it never waits for us to read them. The file is of this run alone. */
const spawnMongod = (launch: Launch): ChildProcess => {
  const log = openSync(`${launch.dbPath}.log`, 'w');
  const stdio = ['ignore' as const, log, log];
  const child = spawn(launch.binary, flagsOf(launch), { detached: true, stdio }); // Ctrl-C is for the app, which stops it last
  closeSync(log);
  return child;
};

const untilEnded = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const waitForListening = async (child: ChildProcess, log: string): Promise<boolean> => {
  const deadline = Date.now() + patienceMs;
  while (!hasEnded(child) && Date.now() < deadline) {
    if ((await readFile(log, 'utf8')).includes('"Waiting for connections"')) return true;
    await sleep(20);
  }
  return false;
};

export const launchMongod = async (launch: Launch): Promise<Launched> => {
  const child = spawnMongod(launch);
  const ended = untilEnded(child);
  if (child.pid === undefined) return { outcome: 'ended', how: 'the file cannot be run' };

  const leash = holdOnLeash(child.pid);
  const released = ended.then(() => leash.release());
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), farewellMs);
    await released;
    clearTimeout(timer);
  };

  if (await waitForListening(child, `${launch.dbPath}.log`)) return { outcome: 'listening', stop };
  await stop();
  if (child.exitCode === portTakenCode) return { outcome: 'port-taken' };
  return { outcome: 'ended', how: child.exitCode === null ? 'it never listened' : `exit code ${child.exitCode}` };
};
