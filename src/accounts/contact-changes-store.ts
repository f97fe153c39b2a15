// What a contact was before it changed, for as long as the one before can take its place back (ATT-R12).
import type { Connection } from 'mongoose';
import { nativeCollection, sessionOf, type CollectionIndexes, type HeldEntry, type Tx } from '../mongo/index.ts';
import type { Contact } from './account.ts';

export type ContactKind = 'phone' | 'email';

export interface ContactChange {
  accountId: string;
  kind: ContactKind;
  /** Null where there was none. */
  before: Contact | null;
  at: Date;
  revertUntil: Date;
}

interface ChangeRecord extends ContactChange {
  _id: string;
}

export interface ContactChanges {
  note: (tx: Tx, change: ContactChange) => Promise<void>;
  /** Those that can be taken back at `at`, the oldest first. */
  find: (tx: Tx, accountId: string, at: Date) => Promise<ContactChange[]>;
  /** What this contact was while it was the account's, if it can be taken back at `at`. */
  readBefore: (accountId: string, kind: ContactKind, value: string, at: Date) => Promise<Contact | undefined>;
  readHeld: (accountId: string) => Promise<HeldEntry[]>;
  forget: (tx: Tx, accountId: string) => Promise<void>;
}

const collection = 'contact_changes';
export const contactChangeIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { accountId: 1 }, name: 'by-account' },
    { key: { revertUntil: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

export const createContactChanges = (connection: Connection): ContactChanges => {
  const records = nativeCollection<ChangeRecord>(connection, collection);
  return {
    note: async (tx, change) => {
      const _id = `${change.accountId}:${change.kind}:${change.at.getTime()}`;
      await records.insertOne({ _id, ...change }, { session: sessionOf(tx) });
    },
    find: (tx, accountId, at) =>
      records.find({ accountId, revertUntil: { $gt: at } }, { session: sessionOf(tx), sort: { at: 1 } }).toArray(),
    readBefore: async (accountId, kind, value, at) => {
      const found = await records.findOne({ accountId, kind, 'before.value': value, revertUntil: { $gt: at } });
      return found?.before ?? undefined;
    },
    readHeld: async (accountId) => {
      const found = await records.find({ accountId }).toArray();
      return found.map(({ kind, before, at, revertUntil }) => ({
        identifierKind: kind,
        value: before?.value,
        at,
        until: revertUntil,
      }));
    },
    forget: async (tx, accountId) => {
      await records.deleteMany({ accountId }, { session: sessionOf(tx) });
    },
  };
};
