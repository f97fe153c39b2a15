// Everything that the database holds, to see what an attack has written or what a thief would read.
import type { TestCivicId } from './civic-id.ts';

/** One JSON text a collection, by name. */
export const dumpDatabase = async ({ connection }: TestCivicId): Promise<Record<string, string>> => {
  const database = connection.getClient().db(connection.name);
  const own = (await database.listCollections().toArray()).map(({ name }) => name);
  const names = own.filter((name) => !name.startsWith('system.')).sort(); // the profile of a test that counts queries
  const texts = await Promise.all(
    names.map(async (name) => JSON.stringify(await database.collection(name).find().sort({ _id: 1 }).toArray())),
  );
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
};

export const countIn = ({ connection }: TestCivicId, collection: string): Promise<number> =>
  connection.getClient().db(connection.name).collection(collection).countDocuments();
