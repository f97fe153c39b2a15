// The secret that an app shares with us, sealed for its account alone; each of its codes is good once (N-13).
import type { Connection } from 'mongoose';
import { nativeCollection, optionsOf, sessionOf, type Tx } from '../mongo/index.ts';
import type { Sealing } from '../sealing/index.ts';

interface TotpRecord {
  _id: string;
  sealed: string;
  /** The half minute of the last code that was right. */
  lastStep: number;
  confirmedAt: Date;
}

export interface TotpStore {
  /** Undefined where there is none. */
  read: (accountId: string, tx?: Tx) => Promise<{ secret: string; confirmedAt: Date } | undefined>;
  /** False where there is one already. */
  add: (tx: Tx, accountId: string, secret: string, step: number) => Promise<boolean>;
  /** One caller spends a step, and none before it is good after. */
  spend: (accountId: string, step: number) => Promise<boolean>;
  /** False where there is none. */
  remove: (tx: Tx, accountId: string) => Promise<boolean>;
  removeAddedSince: (tx: Tx, accountId: string, since: Date) => Promise<void>;
}

interface Needs {
  connection: Connection;
  sealing: Sealing;
  now: () => Date;
}

export const createTotpStore = ({ connection, sealing, now }: Needs): TotpStore => {
  const records = nativeCollection<TotpRecord>(connection, 'totp_factors');
  return {
    read: async (accountId, tx) => {
      const record = await records.findOne({ _id: accountId }, optionsOf(tx));
      if (record === null) return undefined;
      return { secret: sealing.open(record.sealed, accountId), confirmedAt: record.confirmedAt };
    },
    add: async (tx, accountId, secret, lastStep) => {
      const fresh = { sealed: sealing.seal(secret, accountId), lastStep, confirmedAt: now() };
      const options = { upsert: true, session: sessionOf(tx) };
      return (await records.updateOne({ _id: accountId }, { $setOnInsert: fresh }, options)).upsertedCount === 1;
    },
    spend: async (accountId, step) => {
      const before = { _id: accountId, lastStep: { $lt: step } };
      return (await records.findOneAndUpdate(before, { $set: { lastStep: step } })) !== null;
    },
    removeAddedSince: async (tx, accountId, since) => {
      await records.deleteOne({ _id: accountId, confirmedAt: { $gte: since } }, { session: sessionOf(tx) });
    },
    remove: async (tx, accountId) =>
      (await records.deleteOne({ _id: accountId }, { session: sessionOf(tx) })).deletedCount === 1,
  };
};
