// The recovery codes of a person as hashes, made as one set; each is taken out by whoever uses it, once.
import { createHmac } from 'node:crypto';
import type { Connection } from 'mongoose';
import { nativeCollection, optionsOf, sessionOf, type Tx } from '../mongo/index.ts';

interface RecoveryCodesRecord {
  _id: string;
  left: string[];
  madeAt: Date;
}

export interface RecoveryCodesStore {
  countLeft: (accountId: string, tx?: Tx) => Promise<number>;
  /** The set before it is of no use from this write on. */
  replace: (tx: Tx, accountId: string, codes: readonly string[]) => Promise<void>;
  /** One caller takes a code out; tells how many are left, and undefined where it is none of them. */
  take: (tx: Tx, accountId: string, code: string) => Promise<number | undefined>;
  removeAll: (tx: Tx, accountId: string) => Promise<void>;
  removeAddedSince: (tx: Tx, accountId: string, since: Date) => Promise<void>;
}

interface Needs {
  connection: Connection;
  key: Buffer;
  now: () => Date;
}

export const createRecoveryCodesStore = ({ connection, key, now }: Needs): RecoveryCodesStore => {
  const records = nativeCollection<RecoveryCodesRecord>(connection, 'recovery_codes');
  const hash = (accountId: string, code: string): string =>
    createHmac('sha256', key).update(`recovery-code:v1:${accountId}:${code}`).digest('base64url');
  return {
    countLeft: async (accountId, tx) => (await records.findOne({ _id: accountId }, optionsOf(tx)))?.left.length ?? 0,
    replace: async (tx, accountId, codes) => {
      const $set = { left: codes.map((code) => hash(accountId, code)), madeAt: now() };
      await records.updateOne({ _id: accountId }, { $set }, { upsert: true, session: sessionOf(tx) });
    },
    take: async (tx, accountId, code) => {
      const mac = hash(accountId, code);
      const options = { returnDocument: 'after', session: sessionOf(tx) } as const;
      return (await records.findOneAndUpdate({ _id: accountId, left: mac }, { $pull: { left: mac } }, options))?.left
        .length;
    },
    removeAddedSince: async (tx, accountId, since) => {
      await records.deleteOne({ _id: accountId, madeAt: { $gte: since } }, { session: sessionOf(tx) });
    },
    removeAll: async (tx, accountId) => {
      await records.deleteOne({ _id: accountId }, { session: sessionOf(tx) });
    },
  };
};
