// What is measured runs in processes of its own, so that the system tells what each of them costs.
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { connect, type Connection } from '../../src/mongo/index.ts';
import { machine, ownMetadata, service } from './clients.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const ticksPerSecond = 100; // of Linux, on every machine that Node runs on

/** `1-02:03:04.50` of `ps`, in seconds. */
const secondsIn = (time: string): number => {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  return (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
};

/** CPU seconds that the process has used up to now, all threads together. */
export const cpuSecondsOf = (pid: number): number => {
  if (!existsSync('/proc/self/stat'))
    return secondsIn(execFileSync('ps', ['-o', 'time=', '-p', `${pid}`], { encoding: 'utf8' }).trim());
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

const untilEnded = async (child: ChildProcess): Promise<never> => {
  await once(child, 'exit');
  throw new Error('The bare engine did not start');
};

const pidOf = ({ pid }: ChildProcess): number => pid ?? Number.NaN;

export const startBareEngine = async () => {
  const port = await freePort();
  const child = fork(pathOf('bare-engine.ts'), [`${port}`], {
    execArgv: [],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await Promise.race([once(child, 'message'), untilEnded(child)]);
  return { origin: new URL(`http://localhost:${port}`), pid: pidOf(child), stop: () => stop(child) };
};

/** The mongod that Civic ID started tells in its log where it is. */
const mongodOf = (dataDir: string): { pid: number; port: number } => {
  const [log = ''] = globSync(join(dataDir, 'mongodb-*.log'));
  const line =
    readFileSync(log, 'utf8')
      .split('\n')
      .find((entry) => entry.includes('"MongoDB starting"')) ?? '';
  return { pid: Number(/"pid":(\d+)/.exec(line)?.[1]), port: Number(/"port":(\d+)/.exec(line)?.[1]) };
};

/** Throws when the process ends before. */
const untilReady = async (origin: URL, child: ChildProcess): Promise<void> => {
  const isReady = () =>
    fetch(new URL('/health/ready', origin))
      .then(({ ok }) => ok)
      .catch(() => false);
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error('Civic ID did not start');
    await sleep(100);
  }
};

/** The product as it is started, on an empty data folder; citizens and mongod are its own. */
export const startCivicId = async (dataDir: string, environment: Record<string, string>) => {
  const port = await freePort();
  const clientsFile = join(dataDir, 'clients.json');
  writeFileSync(
    clientsFile,
    JSON.stringify([
      { ...service, ...ownMetadata.service },
      { ...machine, ...ownMetadata.machine },
    ]),
  );
  const child = fork(pathOf('../../src/main.ts'), [], {
    execArgv: [],
    env: {
      ...environment,
      BCRYPT_COST: '10',
      CLIENTS_FILE: clientsFile,
      DATA_DIR: dataDir,
      DEMO_PORT: 'off',
      LOG_LEVEL: 'info',
      NEW_DEVICE_CODES: 'off',
      PORT: `${port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const origin = new URL(`http://localhost:${port}`);
  await untilReady(origin, child);

  const mongod = mongodOf(dataDir);
  const connection = await connect(`mongodb://127.0.0.1:${mongod.port}/?directConnection=true`).catch(
    async (error: unknown) => {
      await stop(child);
      throw error;
    },
  );
  return {
    origin,
    pid: pidOf(child),
    mongodPid: mongod.pid,
    countCommands: () => countCommands(connection),
    stop: async () => {
      await connection.close();
      await stop(child);
    },
  };
};

export interface Commands {
  reads: number;
  writes: number;
}

const statusSchema = z.object({ metrics: z.object({ commands: z.record(z.string(), z.unknown()) }) });
const countSchema = z.object({ total: z.number() });

/** How many commands the server has been sent since its start. */
const countCommands = async (connection: Connection): Promise<Commands> => {
  const status = await connection.getClient().db('admin').command({ serverStatus: 1 });
  const { commands } = statusSchema.parse(status).metrics;
  const sum = (names: string[]): number =>
    names.reduce((total, name) => total + (countSchema.safeParse(commands[name]).data?.total ?? 0), 0);
  return {
    reads: sum(['find', 'aggregate', 'count', 'distinct', 'getMore']),
    writes: sum(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']),
  };
};
