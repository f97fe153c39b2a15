import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '../../src/mongo/index.ts';
import { CannotStart } from '../../src/sandbox/mongod/cannot-start.ts';
import { claimDataFolder, freshen } from '../../src/sandbox/mongod/data-folder.ts';
import { findMongod } from '../../src/sandbox/mongod/find-mongod.ts';
import type { MongodSource } from '../../src/sandbox/mongod/mongod-source.ts';
import { stopLeftBehind } from '../../src/sandbox/mongod/left-behind.ts';
import { isMongodOn } from '../../src/sandbox/mongod/process-facts.ts';
import { startMongod } from '../../src/sandbox/mongod/start-mongod.ts';
import { findTestMongod } from '../support/test-server.ts';

const app = fileURLToPath(new URL('app-with-mongod.ts', import.meta.url));
const silent = () => undefined;

let binary: string;
let dataDir: string;
let started: ChildProcess[] = [];

beforeAll(async () => {
  binary = await findTestMongod();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'civic-id-sandbox-'));
});
afterEach(async () => {
  const running = started.filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(running.map(endGroup));
  started = [];
  await stopLeftBehind(await folderOf());
  await rm(dataDir, { recursive: true, force: true });
});

const endGroup = async (child: ChildProcess): Promise<void> => {
  process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
  await once(child, 'exit');
};
const start = (command: string, args: string[]): ChildProcess => {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return child;
};
const firstLineOf = async (child: ChildProcess): Promise<string> =>
  String((await once(child.stdout ?? process.stdin, 'data'))[0]);
const startApp = async (...mongod: string[]) => {
  const child = start(process.execPath, [app, dataDir, ...mongod]);
  return { child, claim: JSON.parse(await firstLineOf(child)) };
};
const startHere = (say: (text: string) => void = silent) => startMongod({ dataDir, binary, say });

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await sleep(20);
};
/** Where the server keeps its data, as it was told. */
const folderOf = async (): Promise<string> => {
  const name = (await readdir(dataDir)).find((entry) => /^mongodb-\d+\.\d+$/.test(entry));
  return join(dataDir, name ?? 'none');
};
const pidOn = (dbPath: string): number => Number.parseInt(readFileSync(join(dbPath, 'mongod.lock'), 'utf8'));

interface Note {
  _id: string;
}
const write = async (uri: string, _id: string): Promise<void> => {
  const connection = await connect(uri);
  await connection.collection<Note>('notes').insertOne({ _id });
  await connection.close();
};
const writeInTransaction = async (uri: string, _id: string): Promise<void> => {
  const connection = await connect(uri);
  await connection.transaction((session) => connection.collection<Note>('notes').insertOne({ _id }, { session }));
  await connection.close();
};
const readAll = async (uri: string): Promise<string[]> => {
  const connection = await connect(uri);
  const notes = await connection.collection<Note>('notes').find().sort({ _id: 1 }).toArray();
  await connection.close();
  return notes.map(({ _id }) => _id);
};

describe('the local mongod', () => {
  it('keeps its data and its port, moves with its data when a stranger took the port, and takes transactions', async () => {
    const first = await startHere();
    await write(first.uri, 'first');
    await first.stop();

    const stranger = createServer((socket) => socket.destroy()).listen(first.port, '127.0.0.1');
    await once(stranger, 'listening');
    const said: string[] = [];
    const second = await startHere((text) => said.push(text));
    stranger.close();
    expect(second.port).not.toBe(first.port);
    expect(said.join(' ')).toContain(`Port ${first.port} is taken`);
    await write(second.uri, 'second');
    await second.stop();

    const third = await startHere();
    expect(third.port).toBe(first.port);
    await writeInTransaction(third.uri, 'third');
    expect(await readAll(third.uri)).toEqual(['first', 'second', 'third']);
    await third.stop();
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('ends after an app that ended by %s', async (signal) => {
    const { child } = await startApp(binary);
    const dbPath = await folderOf();
    const pid = pidOn(dbPath);
    expect(isMongodOn(pid, dbPath)).toBe(true);
    expect(isMongodOn(pid, dbPath, '/no-proc-here')).toBe(true);
    expect(isMongodOn(pid, `${dbPath}x`, '/no-proc-here')).toBe(false);

    process.kill(-(child.pid ?? Number.NaN), signal); // the whole process group, as Ctrl-C does
    await until(() => !isMongodOn(pid, dbPath));
  });

  it('that was left behind is stopped at the next start, and what it acknowledged is kept', async () => {
    const orphan = await startHere();
    await write(orphan.uri, 'acknowledged');
    const pid = pidOn(await folderOf());

    const said: string[] = [];
    const next = await startHere((text) => said.push(text));
    expect(said[0]).toMatch(/left behind/);
    expect(pidOn(await folderOf())).not.toBe(pid);
    expect(await readAll(next.uri)).toEqual(['acknowledged']);
    await next.stop();
  });

  it('is never mistaken for another process, whatever pid its lock file names', async () => {
    const bystander = start('/bin/sh', ['-c', 'sleep 60; :', '--dbpath', dataDir]);
    await writeFile(join(dataDir, 'mongod.lock'), `${bystander.pid}\n`);
    expect(await stopLeftBehind(dataDir)).toBe(false);
    expect(bystander.signalCode).toBeNull();
  });

  it('that cannot start says where its log is', async () => {
    const broken = join(dataDir, 'mongod');
    await writeFile(broken, '#!/bin/sh\n[ "$1" = --version ] && echo "db version v6.0.5" && exit 0\nexit 14\n');
    await chmod(broken, 0o755);
    await expect(startMongod({ dataDir, binary: broken, say: silent })).rejects.toThrow(/exit code 14.*\.log/);
  });
});

describe('the data folder', () => {
  const claimAndRelease = async () => {
    const claim = await claimDataFolder(dataDir);
    if (claim.outcome === 'claimed') claim.release();
    return claim.outcome;
  };

  it('is claimed once, whoever asks at the same time, and again after release', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimDataFolder(dataDir)));
    const [won, ...others] = claims.filter((claim) => claim.outcome === 'claimed');
    expect(others).toEqual([]);
    expect(claims).toContainEqual({ outcome: 'taken', by: process.pid });

    won?.release();
    expect(await claimAndRelease()).toBe('claimed');
  });

  it('has one winner among apps that start together after a crash, and tells the others who it is', async () => {
    await writeFile(join(dataDir, 'civic-id.pid'), '999999999\n');
    const apps = await Promise.all(Array.from({ length: 4 }, () => startApp()));
    const [won, ...others] = apps.toSorted((one, other) => one.claim.outcome.localeCompare(other.claim.outcome));
    const taken = { outcome: 'taken', by: won?.child.pid };
    expect(won?.claim).toEqual({ outcome: 'claimed' });
    expect(others.map(({ claim }) => claim)).toEqual([taken, taken, taken]);
    expect(await claimDataFolder(dataDir)).toEqual(taken);
  });

  it('is free when its holder was killed, though the pid is somebody else now', async () => {
    const { child } = await startApp();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await writeFile(join(dataDir, 'civic-id.pid'), `${process.ppid}\n`);
    expect(await claimAndRelease()).toBe('claimed');
  });

  it('is free when its holder is a zombie', async () => {
    const script = '"$@" & exec sleep 60'; // never asks how its child ended
    const parent = start('/bin/sh', ['-c', script, 'sh', process.execPath, app, dataDir]);
    await firstLineOf(parent);
    const pid = Number.parseInt(await readFile(join(dataDir, 'civic-id.pid'), 'utf8'));
    expect(await claimDataFolder(dataDir)).toEqual({ outcome: 'taken', by: pid });

    process.kill(pid, 'SIGKILL');
    await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    expect(await claimAndRelease()).toBe('claimed');
  });

  it('is emptied of databases and secrets where we made it, and of nothing else', async () => {
    await claimAndRelease();
    await mkdir(join(dataDir, 'mongodb-6.0', 'journal'), { recursive: true });
    await mkdir(join(dataDir, 'secrets'));
    await writeFile(join(dataDir, 'mongodb-6.0.log'), '');
    await writeFile(join(dataDir, 'my-notes.txt'), 'mine');

    expect(await freshen(dataDir)).toEqual({ outcome: 'fresh' });
    expect(await readdir(dataDir)).toEqual(['civic-id.lock', 'made-by-civic-id.txt', 'my-notes.txt']);
  });

  it('is left as it is where somebody else made it', async () => {
    await mkdir(join(dataDir, 'secrets'));
    await claimAndRelease();
    expect(await freshen(dataDir)).toEqual({ outcome: 'not-ours' });
    expect(await readdir(dataDir)).toEqual(['civic-id.lock', 'secrets']);
  });

  it('is fresh when it is not there at all', async () => {
    expect(await freshen(join(dataDir, 'missing'))).toEqual({ outcome: 'fresh' });
  });
});

describe('finding a mongod', () => {
  const makeMongod = async (folder: string, version: string): Promise<string> => {
    const file = join(folder, 'mongod');
    await mkdir(folder, { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "db version v${version}"\n`);
    await chmod(file, 0o755);
    return file;
  };
  const sourceOf = (fetch: MongodSource['fetch']): MongodSource => ({ name: 'The test', fetch });
  const deadEnd = sourceOf(() => Promise.resolve(undefined));
  const find = (sources: MongodSource[], env: { mongod?: string; path: string } = { path: '' }) =>
    findMongod({ env, cacheDir: join(dataDir, 'cache'), say: silent, sources });

  it('asks MONGOD first, then PATH, then what was fetched before', async () => {
    const named = await makeMongod(join(dataDir, 'named'), '8.0.4');
    const kept = await makeMongod(join(dataDir, 'cache'), '6.0.5');
    const onPath = await makeMongod(join(dataDir, 'path'), '7.0.1');
    const path = join(dataDir, 'path');
    expect(await find([], { mongod: named, path })).toBe(named);
    expect(await find([], { path })).toBe(onPath);
    expect(await find([])).toBe(kept);
  });

  it('passes over a server on PATH that is too old', async () => {
    const kept = await makeMongod(join(dataDir, 'cache'), '6.0.5');
    await makeMongod(join(dataDir, 'path'), '4.4.29');
    expect(await find([], { path: join(dataDir, 'path') })).toBe(kept);
  });

  it('says so when MONGOD names something else', async () => {
    await expect(find([], { mongod: '/bin/ls', path: '' })).rejects.toThrow(/^MONGOD names \/bin\/ls/);
  });

  it('names every way when there is none', async () => {
    const broken = sourceOf(() => Promise.reject(new Error('the line broke')));
    const failure: unknown = await find([deadEnd, broken]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CannotStart);
    for (const way of ['MONGODB_URI', 'MONGOD ', 'PATH', 'internet', 'python3']) expect(String(failure)).toContain(way);
    expect(await readdir(join(dataDir, 'cache'))).toEqual([]);
  });

  it('fetches again when the kept file was cut short', async () => {
    const whole = await readFile(binary);
    await mkdir(join(dataDir, 'cache'));
    await writeFile(join(dataDir, 'cache', 'mongod'), whole.subarray(0, whole.length / 2), { mode: 0o755 });

    const kept = await find([deadEnd, sourceOf(({ into }) => makeMongod(into, '6.0.6'))]);
    expect(await readFile(kept, 'utf8')).toContain('6.0.6');
  });

  it('lets many fetch at once, and each gets a whole file', async () => {
    const slow = sourceOf(async ({ into }) => {
      await sleep(Math.random() * 50);
      return makeMongod(into, '6.0.5');
    });
    const found = await Promise.all(Array.from({ length: 20 }, () => find([slow])));
    expect(new Set(found)).toEqual(new Set([join(dataDir, 'cache', 'mongod')]));
    expect(await readdir(join(dataDir, 'cache'))).toEqual(['mongod']);
  });
});
