// One way to the store: majority writes, primary reads, and no waiting for ever (REL-03, REL-09, P5).
import mongoose, { type Connection } from 'mongoose';

const databaseNamedIn = (uri: string): string | undefined => /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];

/** Connects or throws the driver's error after `serverSelectionTimeoutMS`. Database `civic-id` where the address names none. */
export const connect = async (uri: string): Promise<Connection> =>
  mongoose
    .createConnection(uri, {
      dbName: databaseNamedIn(uri) ?? 'civic-id',
      autoCreate: false,
      autoIndex: false,
      bufferCommands: false,
      connectTimeoutMS: 3000,
      maxPoolSize: 100,
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      retryWrites: true,
      serverSelectionTimeoutMS: 3000,
      socketTimeoutMS: 10_000,
      waitQueueTimeoutMS: 1000,
      writeConcern: { w: 'majority', wtimeoutMS: 3000 },
    })
    .asPromise();
