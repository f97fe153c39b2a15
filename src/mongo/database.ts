// The driver's own collections, for records that need no model; and time as the database sees it.
import { setTimeout } from 'node:timers/promises';
import type { Connection, mongo } from 'mongoose';

/** A collection without a mongoose model. `T` describes what this store alone writes into it. */
export const nativeCollection = <T extends mongo.Document>(connection: Connection, name: string): mongo.Collection<T> =>
  connection.getClient().db(connection.name).collection<T>(name);

/** The database's clock inside a pipeline, moved by as much as `now` differs from this machine's: by nothing in production. */
export const databaseTime = (now: () => Date) => ({ $add: ['$$NOW', now().getTime() - Date.now()] });

/** Answers within a second whether the store can be read, also when it hangs. */
export const isReachable = async (connection: Connection): Promise<boolean> => {
  const answer = connection
    .getClient()
    .db(connection.name)
    .command({ ping: 1 })
    .then(
      () => true,
      () => false,
    );
  return Promise.race([answer, setTimeout(1000, false, { ref: false })]);
};
