// Three mongods that elect a primary among themselves, quickly; each may step down or be killed.
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Connection } from '../../src/mongo/index.ts';
import { launchMongod } from '../../src/sandbox/mongod/launch-mongod.ts';
import { replicaSet } from '../../src/sandbox/mongod/replica-set.ts';
import { freePort } from './civic-id.ts';
import { until } from './ledger.ts';
import { pidOfMongod } from './mongod-of-its-own.ts';
import { findTestMongod } from './test-server.ts';

interface Member {
  host: string;
  dbPath: string;
  stop: () => Promise<void>;
}

export interface ReplicaSetOfThree {
  uri: string;
  /** Where the primary listens. */
  primary: () => Promise<string>;
  /** The primary gives its place to another one, as at maintenance. */
  stepDown: () => Promise<void>;
  /** The others hear nothing for a second, then the primary ends as in a power cut: what it alone had is lost. */
  losePrimary: () => Promise<void>;
  remove: () => Promise<void>;
}

// Otherwise the primary's writes wait for a frozen follower in the network's buffers, and a power cut loses nothing.
const followByAsking = ['oplogFetcherUsesExhaust=false'];

const command = (connection: Connection, asked: object) =>
  connection
    .getClient()
    .db('admin')
    .command({ ...asked });

const startMember = async (dataDir: string, binary: string): Promise<Member> => {
  const port = await freePort();
  const folder = join(dataDir, `${port}`);
  await mkdir(folder);
  const dbPath = await realpath(folder);
  const launched = await launchMongod({ binary, dbPath, port, parameters: followByAsking });
  if (launched.outcome !== 'listening') throw new Error(`a member did not start: ${launched.outcome}`);
  return { host: `127.0.0.1:${port}`, dbPath, stop: launched.stop };
};

const initiate = async (members: readonly Member[]): Promise<void> => {
  const [first] = members;
  const connection = await connect(`mongodb://${first?.host ?? ''}/admin?directConnection=true`);
  await command(connection, {
    replSetInitiate: {
      _id: replicaSet,
      members: members.map(({ host }, _id) => ({ _id, host })),
      settings: { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 },
    },
  });
  await until(async () => {
    const status = await command(connection, { replSetGetStatus: 1 });
    const states = status['members'].map((member: { stateStr: string }) => member.stateStr);
    return states.toSorted().join() === 'PRIMARY,SECONDARY,SECONDARY';
  }, 60_000);
  await connection.close();
};

export const startReplicaSetOfThree = async (): Promise<ReplicaSetOfThree> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'civic-id-three-'));
  const binary = await findTestMongod();
  const members: Member[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(members.map(({ stop }) => stop()));
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    while (members.length < 3) members.push(await startMember(dataDir, binary));
    await initiate(members);
  } catch (error) {
    await remove();
    throw error;
  }

  const uri = `mongodb://${members.map(({ host }) => host).join()}/civic-id?replicaSet=${replicaSet}`;
  const asPrimary = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await connect(uri);
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  const primary = () => asPrimary(async (connection) => String((await command(connection, { hello: 1 }))['me']));
  return {
    uri,
    primary,
    stepDown: () =>
      asPrimary(async (connection) => {
        await command(connection, { replSetStepDown: 30 });
      }),
    losePrimary: async () => {
      const host = await primary();
      const signal = (isMeant: (member: Member) => boolean, name: NodeJS.Signals) => {
        for (const { dbPath } of members.filter(isMeant)) process.kill(pidOfMongod(dbPath), name);
      };
      signal((member) => member.host !== host, 'SIGSTOP');
      await sleep(1000);
      signal((member) => member.host === host, 'SIGKILL');
      signal((member) => member.host !== host, 'SIGCONT');
    },
    remove,
  };
};
