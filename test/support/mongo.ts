// A database of its own for each test file, on the server of the run.
import { randomUUID } from 'node:crypto';
import { connect } from '../../src/mongo/index.ts';

/** The address of a database that nobody else uses and that does not exist yet. */
export const testDatabaseUri = (): string => {
  const server = process.env.TEST_MONGODB_URI;
  if (!server) throw new Error('TEST_MONGODB_URI is not set: run the tests through npm test or npm run jest.');
  return server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/test-${randomUUID()}`);
};

export const dropDatabase = async (uri: string): Promise<void> => {
  const connection = await connect(uri);
  await connection.dropDatabase();
  await connection.close();
};

/** The same database for a process that will be killed, by a name under which its connections are known. */
export const uriNamed = (uri: string, name: string): string => {
  const named = new URL(uri);
  named.searchParams.set('appName', name);
  return named.href;
};

/** The store holds what a dead process had begun for up to a minute; this lets go of it. */
export const abortTransactionsOf = async (uri: string, appName: string): Promise<void> => {
  const connection = await connect(uri);
  const admin = connection.getClient().db('admin');
  const here = { type: 'idleSession', appName };
  const idle = await admin
    .aggregate([{ $currentOp: { allUsers: true, idleSessions: true } }, { $match: here }], {
      readConcern: { level: 'local' },
    })
    .toArray();
  if (idle.length > 0) await admin.command({ killSessions: idle.map(({ lsid }) => ({ id: lsid.id })) });
  await connection.close();
};
