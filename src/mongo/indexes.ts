// Indexes are data of the stores; they are made and checked at start, before the first request (REL-05).
import type { Connection, mongo } from 'mongoose';

export interface CollectionIndexes {
  collection: string;
  indexes: mongo.IndexDescription[];
}

/** Makes what is missing. An index that exists with another definition stops the start: the driver's error names it. */
export const ensureIndexes = async (connection: Connection, wanted: readonly CollectionIndexes[]): Promise<void> => {
  for (const { collection, indexes } of wanted) {
    const target = connection.getClient().db(connection.name).collection(collection);
    if (indexes.length > 0) await target.createIndexes(indexes);
  }
};
