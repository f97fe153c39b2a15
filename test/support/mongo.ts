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
