// Everything that the database holds, to see what an attack has written or what a thief would read.
import type { TestCivicId } from './civic-id.ts';

/** One JSON text a collection, by name. */
export const dumpDatabase = async ({ connection }: TestCivicId): Promise<Record<string, string>> => {
  const database = connection.getClient().db(connection.name);
  const names = (await database.listCollections().toArray()).map(({ name }) => name).sort();
  const texts = await Promise.all(
    names.map(async (name) => JSON.stringify(await database.collection(name).find().sort({ _id: 1 }).toArray())),
  );
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
};

export const countIn = ({ connection }: TestCivicId, collection: string): Promise<number> =>
  connection.getClient().db(connection.name).collection(collection).countDocuments();
