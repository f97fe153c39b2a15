// The passkeys of people: public keys, found by the hash of their id; a counter only ever goes up.
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import {
  nativeCollection,
  optionsOf,
  sessionOf,
  type CollectionIndexes,
  type HeldEntry,
  type Tx,
} from '../mongo/index.ts';

export interface Passkey {
  /** The hash of its id at the authenticator: short, and good enough for a form. */
  id: string;
  accountId: string;
  /** Names the person to their authenticator, and says nothing of the account. */
  userHandle: string;
  credentialId: string;
  /** Base64url of the COSE key. */
  publicKey: string;
  counter: number;
  transports: string[];
  /** What the person calls it. */
  name: string;
  /** Kept by the person's devices together, not in one of them alone. */
  isBackedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface PasskeyRecord extends Omit<Passkey, 'id'> {
  _id: string;
}

export interface PasskeyStore {
  /** What the person may read of them. */
  readHeld: (accountId: string) => Promise<HeldEntry[]>;
  /** The oldest first. */
  list: (accountId: string, tx?: Tx) => Promise<Passkey[]>;
  count: (accountId: string, tx?: Tx) => Promise<number>;
  findByCredential: (credentialId: string) => Promise<Passkey | undefined>;
  /** False where it is somebody's already. */
  add: (tx: Tx, passkey: Omit<Passkey, 'id'>) => Promise<boolean>;
  /** One caller uses a counter, and only while the passkey is there; false for one that has not gone up. */
  use: (tx: Tx, id: string, counter: number, at: Date) => Promise<boolean>;
  rename: (accountId: string, id: string, name: string) => Promise<boolean>;
  remove: (tx: Tx, accountId: string, id: string) => Promise<boolean>;
  /** How many there were. */
  removeAll: (tx: Tx, accountId: string) => Promise<number>;
}

const collection = 'passkeys';
export const passkeyIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { accountId: 1, createdAt: 1 }, name: 'by-account' }],
};

const idOf = (credentialId: string): string =>
  createHash('sha256').update(`passkey:v1:${credentialId}`).digest('base64url');
const toPasskey = ({ _id: id, ...rest }: PasskeyRecord): Passkey => ({ id, ...rest });

export const createPasskeyStore = (connection: Connection): PasskeyStore => {
  const records = nativeCollection<PasskeyRecord>(connection, collection);
  return {
    readHeld: async (accountId) => {
      const found = await records.find({ accountId }).sort({ createdAt: 1 }).toArray();
      return found.map(({ name, createdAt, lastUsedAt, isBackedUp }) => ({ name, createdAt, lastUsedAt, isBackedUp }));
    },
    list: async (accountId, tx) =>
      (await records.find({ accountId }, optionsOf(tx)).sort({ createdAt: 1 }).toArray()).map(toPasskey),
    count: (accountId, tx) => records.countDocuments({ accountId }, optionsOf(tx)),
    findByCredential: async (credentialId) => {
      const found = await records.findOne({ _id: idOf(credentialId) });
      return found === null ? undefined : toPasskey(found);
    },
    add: async (tx, passkey) => {
      const session = sessionOf(tx);
      const _id = idOf(passkey.credentialId);
      if ((await records.findOne({ _id }, { session })) !== null) return false;
      await records.insertOne({ _id, ...passkey }, { session });
      return true;
    },
    use: async (tx, _id, counter, lastUsedAt) => {
      // Authenticators that do not count say 0 for ever.
      const before = counter === 0 ? { _id, counter: 0 } : { _id, counter: { $lt: counter } };
      const change = { $set: { counter, lastUsedAt } };
      return (await records.updateOne(before, change, { session: sessionOf(tx) })).matchedCount === 1;
    },
    rename: async (accountId, _id, name) =>
      (await records.updateOne({ _id, accountId }, { $set: { name } })).matchedCount === 1,
    remove: async (tx, accountId, _id) =>
      (await records.deleteOne({ _id, accountId }, { session: sessionOf(tx) })).deletedCount === 1,
    removeAll: async (tx, accountId) =>
      (await records.deleteMany({ accountId }, { session: sessionOf(tx) })).deletedCount,
  };
};
