// What a person allowed a service to learn, remembered beyond the session; only what is new is asked again.
import type { Connection } from 'mongoose';
import { nativeCollection, type CollectionIndexes } from '../../mongo/index.ts';

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
  return {
    find: async (accountId, clientId) => {
      const record = await records.findOne({ _id: { accountId, clientId } });
      return {
        scopes: record?.scopes ?? [],
        claims: record?.claims ?? [],
        resourceScopes: grouped(record?.resourceScopes ?? []),
      };
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
