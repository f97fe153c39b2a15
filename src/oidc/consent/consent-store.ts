// What a person allowed a service to learn, remembered beyond the session; only what is new is asked again.
import type { Connection } from 'mongoose';
import { nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../../mongo/index.ts';

/** Scopes and single claims of OpenID Connect, and scopes of resources by their indicator. */
export interface Consent {
  scopes: string[];
  claims: string[];
  resourceScopes: { indicator: string; scopes: string[] }[];
}

interface ConsentRecord {
  _id: { accountId: string; clientId: string };
  scopes: string[];
  claims: string[];
  /** `<indicator> <scope>`: neither part holds a space. */
  resourceScopes: string[];
  givenAt: Date;
  updatedAt: Date;
  /** Records of before this was kept do not have it. */
  lastUsedAt?: Date;
  /** Counts, so that no two writes are alike. */
  uses?: number;
}

/** What one service was allowed. */
export interface GivenConsent extends Consent {
  clientId: string;
  givenAt: Date;
  lastUsedAt: Date | undefined;
}

const collection = 'consents';
export const consentIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { '_id.accountId': 1 }, name: 'by-account' }],
};

export interface Consents {
  find: (accountId: string, clientId: string) => Promise<Consent>;
  /** Adds to what was allowed before. */
  add: (accountId: string, clientId: string, consent: Consent) => Promise<void>;
  listOf: (accountId: string) => Promise<GivenConsent[]>;
  /** The service gets something for it now. False where it was withdrawn; a withdrawal that is under way sees this write and what came before it. */
  noteUsed: (accountId: string, clientId: string) => Promise<boolean>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  /** False where there was none. */
  remove: (tx: Tx, accountId: string, clientId: string) => Promise<boolean>;
}

const joined = ({ resourceScopes }: Consent): string[] =>
  resourceScopes.flatMap(({ indicator, scopes }) => scopes.map((scope) => `${indicator} ${scope}`));

const grouped = (entries: readonly string[]): Consent['resourceScopes'] => {
  const byIndicator = Map.groupBy(entries, (entry) => entry.split(' ')[0] ?? '');
  return [...byIndicator].map(([indicator, group]) => ({
    indicator,
    scopes: group.map((entry) => entry.slice(indicator.length + 1)),
  }));
};

export const createConsents = ({ connection, now }: { connection: Connection; now: () => Date }): Consents => {
  const records = nativeCollection<ConsentRecord>(connection, collection);
  const toConsent = (record: ConsentRecord | null): Consent => ({
    scopes: record?.scopes ?? [],
    claims: record?.claims ?? [],
    resourceScopes: grouped(record?.resourceScopes ?? []),
  });
  return {
    find: async (accountId, clientId) => toConsent(await records.findOne({ _id: { accountId, clientId } })),
    listOf: async (accountId) => {
      const found = await records.find({ '_id.accountId': accountId }).toArray();
      return found.map((record) => {
        const { _id, givenAt, lastUsedAt } = record;
        return { clientId: _id.clientId, ...toConsent(record), givenAt, lastUsedAt };
      });
    },
    noteUsed: async (accountId, clientId) => {
      const use = { $set: { lastUsedAt: now() }, $inc: { uses: 1 } };
      return (await records.updateOne({ _id: { accountId, clientId } }, use)).matchedCount === 1;
    },
    forgetPerson: async (tx, accountId) => {
      await records.deleteMany({ '_id.accountId': accountId }, { session: sessionOf(tx) });
    },
    remove: async (tx, accountId, clientId) => {
      const removed = await records.deleteOne({ _id: { accountId, clientId } }, { session: sessionOf(tx) });
      return removed.deletedCount === 1;
    },
    add: async (accountId, clientId, consent) => {
      const $addToSet = {
        scopes: { $each: consent.scopes },
        claims: { $each: consent.claims },
        resourceScopes: { $each: joined(consent) },
      };
      await records.updateOne(
        { _id: { accountId, clientId } },
        { $addToSet, $set: { updatedAt: now() }, $setOnInsert: { givenAt: now() } },
        { upsert: true },
      );
    },
  };
};
