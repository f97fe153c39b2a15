// Transactions need a replica set, be it of one. Its configuration remembers host and port, so it follows a new port.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connect } from '../../mongo/index.ts';

export const replicaSet = 'civic-id';
const patienceMs = 60_000;

type Command = (command: Record<string, unknown>) => Promise<unknown>;

const helloSchema = z.looseObject({ isWritablePrimary: z.boolean() });
const configSchema = z.looseObject({
  config: z.looseObject({ version: z.number(), members: z.tuple([z.looseObject({ host: z.string() })]) }),
});

const isPrimary = async (command: Command): Promise<boolean> =>
  helloSchema.parse(await command({ hello: 1 })).isWritablePrimary;

const isNew = (error: unknown): boolean =>
  error instanceof Error && 'codeName' in error && error.codeName === 'NotYetInitialized';

const initiate = async (command: Command, host: string): Promise<void> => {
  await command({ replSetInitiate: { _id: replicaSet, members: [{ _id: 0, host }] } });
};

const followPort = async (command: Command, host: string): Promise<void> => {
  const { config } = configSchema.parse(await command({ replSetGetConfig: 1 }));
  const [member] = config.members;
  if (member.host === host) return;

  const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
  await command({ replSetReconfig: moved, force: true });
};

const settle = async (command: Command, host: string): Promise<boolean> => {
  try {
    if (await isPrimary(command)) return true;
    await followPort(command, host);
  } catch (error) {
    // A server that is still loading its configuration breaks connections off and refuses; asking again helps.
    if (isNew(error)) await initiate(command, host).catch(() => undefined);
  }
  return false;
};

/** Waits until the mongod at `host` takes writes as a replica set of one; false when it does not within a minute. */
export const becomePrimary = async (host: string): Promise<boolean> => {
  const connection = await connect(`mongodb://${host}/admin?directConnection=true`);
  const command: Command = (asked) => connection.getClient().db('admin').command(asked);
  const deadline = Date.now() + patienceMs;
  try {
    while (Date.now() < deadline) {
      if (await settle(command, host)) return true;
      await sleep(20);
    }
    return false;
  } finally {
    await connection.close();
  }
};
