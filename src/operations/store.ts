// One record a request and person: asked once, tried one at a time, decided once.
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';

export type OperationState = 'asked' | 'confirmed' | 'ended';

export interface OperationRecord {
  _id: string;
  accountId: string;
  clientId: string;
  sessionUid: string;
  state: OperationState;
  /** The step of the chain in which it was confirmed; a sign-in on the way voids that. */
  confirmedIn: string | null;
  tries: number;
  /** A try is being compared until then; a crash frees the record. */
  busyUntil: Date | null;
  askedAt: Date;
  expiresAt: Date;
}

export interface OperationKey {
  /** The engine's id of the whole chain of pages for one request. */
  chainId: string;
  accountId: string;
}

export interface OperationStore {
  /** Rejects as a duplicate when it was asked before. */
  ask: (tx: Tx, key: OperationKey, details: { clientId: string; sessionUid: string }) => Promise<void>;
  find: (key: OperationKey) => Promise<OperationRecord | undefined>;
  /** Counts a try and holds the record for it; undefined while another try is held, when it is decided, or when there were not `expected` tries before. */
  beginTry: (
    key: OperationKey,
    tries: { most: number; expected: number | undefined },
  ) => Promise<{ triesLeft: number } | undefined>;
  /** The try was no real one. */
  giveBackTry: (key: OperationKey) => Promise<void>;
  endTry: (key: OperationKey) => Promise<void>;
  /** Asked → confirmed in this step, once; false when it was decided before. */
  confirm: (key: OperationKey, step: string) => Promise<boolean>;
  /** Asked → ended, once; false when it was decided before. */
  end: (key: OperationKey) => Promise<boolean>;
  /** Ends whatever the account is asked to confirm, but for one request. */
  endAllOf: (tx: Tx, accountId: string, exceptChainId?: string) => Promise<void>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  /** Confirmed in another step → asked again. */
  askAgain: (key: OperationKey, step: string) => Promise<void>;
}

const collection = 'operations';
export const operationIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
    { key: { accountId: 1, askedAt: -1 }, name: 'by-account' },
  ],
};

const tryMilliseconds = 10_000;
const keptMilliseconds = 24 * 3600 * 1000;
const idOf = ({ chainId, accountId }: OperationKey): string => `${chainId}:${accountId}`;

export const createOperationStore = ({
  connection,
  now,
}: {
  connection: Connection;
  now: () => Date;
}): OperationStore => {
  const records = nativeCollection<OperationRecord>(connection, collection);

  const decide = async (key: OperationKey, decision: Partial<OperationRecord>): Promise<boolean> => {
    const $set = { ...decision, busyUntil: null };
    return (await records.updateOne({ _id: idOf(key), state: 'asked' }, { $set })).matchedCount === 1;
  };

  return {
    ask: async (tx, key, details) => {
      const askedAt = now();
      const expiresAt = new Date(askedAt.getTime() + keptMilliseconds);
      const asked = { _id: idOf(key), accountId: key.accountId, ...details, askedAt, expiresAt };
      await records.insertOne(
        { ...asked, state: 'asked', confirmedIn: null, tries: 0, busyUntil: null },
        { session: sessionOf(tx) },
      );
    },
    find: async (key) => (await records.findOne({ _id: idOf(key) })) ?? undefined,
    beginTry: async (key, { most, expected }) => {
      const time = databaseTime(now);
      const isFree = { $lte: [{ $ifNull: ['$busyUntil', new Date(0)] }, time] };
      const record = await records.findOneAndUpdate(
        {
          _id: idOf(key),
          state: 'asked',
          tries: expected === undefined ? { $lt: most } : { $eq: expected, $lt: most },
          $expr: isFree,
        },
        [{ $set: { tries: { $add: ['$tries', 1] }, busyUntil: { $add: [time, tryMilliseconds] } } }],
        { returnDocument: 'after' },
      );
      return record === null ? undefined : { triesLeft: most - record.tries };
    },
    giveBackTry: async (key) => {
      await records.updateOne(
        { _id: idOf(key), tries: { $gt: 0 } },
        { $inc: { tries: -1 }, $set: { busyUntil: null } },
      );
    },
    endTry: async (key) => {
      await records.updateOne({ _id: idOf(key) }, { $set: { busyUntil: null } });
    },
    confirm: (key, step) => decide(key, { state: 'confirmed', confirmedIn: step }),
    end: (key) => decide(key, { state: 'ended' }),
    endAllOf: async (tx, accountId, exceptChainId) => {
      const but = exceptChainId === undefined ? {} : { _id: { $ne: idOf({ chainId: exceptChainId, accountId }) } };
      const pending = { accountId, state: 'asked' as const, ...but };
      await records.updateMany(pending, { $set: { state: 'ended', busyUntil: null } }, { session: sessionOf(tx) });
    },
    forgetPerson: async (tx, accountId) => {
      await records.deleteMany({ accountId }, { session: sessionOf(tx) });
    },
    askAgain: async (key, step) => {
      const voided = { _id: idOf(key), state: 'confirmed' as const, confirmedIn: { $ne: step } };
      await records.updateOne(voided, { $set: { state: 'asked', confirmedIn: null, tries: 0 } });
    },
  };
};
