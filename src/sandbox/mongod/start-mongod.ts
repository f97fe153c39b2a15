// One mongod for one data folder: it keeps what it has, finds a port, and ends with us.
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { stopLeftBehind } from './left-behind.ts';
import { launchMongod } from './launch-mongod.ts';
import { askVersion, lineOf } from './mongod-version.ts';
import type { Say } from './mongod-source.ts';
import { becomePrimary, replicaSet } from './replica-set.ts';

interface Needs {
  dataDir: string;
  binary: string;
  say: Say;
  /** `name=value`, handed to mongod as `--setParameter`. */
  parameters?: readonly string[];
}

export interface RunningMongod {
  uri: string;
  port: number;
  stop: () => Promise<void>;
}

/** The same folder asks for the same port each time, below the range from which systems lend ports. */
const portFor = (dbPath: string, attempt: number): number =>
  20_000 + (createHash('sha256').update(`${dbPath} ${attempt}`).digest().readUInt16BE() % 12_000);

const listenSomewhere = async (
  binary: string,
  dbPath: string,
  { say, parameters = [] }: Pick<Needs, 'say' | 'parameters'>,
) => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const port = portFor(dbPath, attempt);
    const launched = await launchMongod({ binary, dbPath, port, parameters });
    if (launched.outcome === 'listening') return { ...launched, port };
    if (launched.outcome === 'ended')
      throw new CannotStart(`MongoDB did not start (${launched.how}); its log is ${dbPath}.log.`);
    say(`Port ${port} is taken by another program, MongoDB moves to another one, which may take half a minute…`);
  }
  throw new CannotStart('MongoDB found no free port on 127.0.0.1 in ten tries.');
};

/** Starts the server and waits until it takes writes. The data lies in `<dataDir>/mongodb-<line>/`, its log beside it. */
export const startMongod = async ({ dataDir, binary, ...rest }: Needs): Promise<RunningMongod> => {
  const version = await askVersion(binary);
  if (version === undefined) throw new CannotStart(`${binary} does not answer --version as a MongoDB server.`);

  const folder = join(dataDir, `mongodb-${lineOf(version)}`); // one server line does not open the files of another
  await mkdir(folder, { recursive: true });
  const dbPath = await realpath(folder);
  if (await stopLeftBehind(dbPath)) rest.say('Stopped the MongoDB that an earlier start had left behind.');

  rest.say(`Starting MongoDB ${version}…`);
  const { port, stop } = await listenSomewhere(binary, dbPath, rest);
  const host = `127.0.0.1:${port}`;
  const isPrimary = await becomePrimary(host).catch(() => false); // it died meanwhile: its log knows why
  if (isPrimary) return { uri: `mongodb://${host}/civic-id?replicaSet=${replicaSet}`, port, stop };

  await stop();
  throw new CannotStart(`MongoDB started but never took writes; its log is ${dbPath}.log.`);
};
