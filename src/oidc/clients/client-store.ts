// Registered services. Every request asks for one, so they are remembered for a moment on each instance.
import type { Connection } from 'mongoose';
import { nativeCollection, type CollectionIndexes } from '../../mongo/index.ts';
import type { ClientMetadataRecord } from './client-metadata.ts';

export type ClientManager = 'file' | 'sandbox';

interface ClientRecord {
  _id: string;
  metadata: ClientMetadataRecord;
  managedBy: ClientManager;
  isDisabled: boolean;
  updatedAt: Date;
}

const collection = 'clients';
export const clientIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { 'metadata.resources.indicator': 1 }, name: 'by-resource' }],
};

export interface ClientFacts {
  name: string;
  /** One of ours: it never asks for consent. */
  isFirstParty: boolean;
  isDisabled: boolean;
}

const nameOf = ({ client_id: id, client_name: name }: ClientMetadataRecord): string =>
  typeof name === 'string' ? name : id;

export interface ClientStore {
  /** The metadata of an enabled client, at most `cacheSeconds` old. */
  find: (clientId: string) => Promise<ClientMetadataRecord | undefined>;
  /** The client that owns a resource; of several, the first by name. */
  findByResource: (indicator: string) => Promise<ClientMetadataRecord | undefined>;
  /** What services are called, also those that are no longer there to be used. */
  namesOf: (clientIds: readonly string[]) => Promise<Map<string, string>>;
  /** What is known of services, also of those that are no longer there to be used; nothing of one that was never there. */
  factsOf: (clientIds: readonly string[]) => Promise<Map<string, ClientFacts>>;
  save: (metadata: ClientMetadataRecord, managedBy: ClientManager) => Promise<void>;
  /** Disables the clients of this manager that are not in the list. */
  disableOthers: (clientIds: readonly string[], managedBy: ClientManager) => Promise<void>;
}

interface Needs {
  connection: Connection;
  cacheSeconds: number;
  now: () => Date;
}

export const createClientStore = ({ connection, cacheSeconds, now }: Needs): ClientStore => {
  const records = nativeCollection<ClientRecord>(connection, collection);
  const cache = new Map<string, { metadata: ClientMetadataRecord | undefined; until: number }>();
  const mostCached = 1000;

  const remember = (clientId: string, metadata: ClientMetadataRecord | undefined) => {
    if (cache.size >= mostCached) cache.clear();
    cache.set(clientId, { metadata, until: performance.now() + cacheSeconds * 1000 });
    return metadata;
  };

  return {
    find: async (clientId) => {
      const cached = cache.get(clientId);
      if (cached !== undefined && cached.until > performance.now()) return cached.metadata;
      const record = await records.findOne({ _id: clientId, isDisabled: false });
      return remember(clientId, record?.metadata);
    },
    findByResource: async (indicator) => {
      const record = await records.findOne(
        { 'metadata.resources.indicator': indicator, isDisabled: false },
        { sort: { _id: 1 } },
      );
      return record?.metadata;
    },
    namesOf: async (clientIds) => {
      const found = await records.find({ _id: { $in: [...clientIds] } }).toArray();
      return new Map(found.map(({ _id, metadata }) => [_id, nameOf(metadata)]));
    },
    factsOf: async (clientIds) => {
      const found = await records.find({ _id: { $in: [...clientIds] } }).toArray();
      return new Map(
        found.map(({ _id, metadata, isDisabled }) => [
          _id,
          { name: nameOf(metadata), isFirstParty: metadata['first_party'] === true, isDisabled },
        ]),
      );
    },
    save: async (metadata, managedBy) => {
      const $set = { metadata, managedBy, isDisabled: false, updatedAt: now() };
      await records.updateOne({ _id: metadata.client_id }, { $set }, { upsert: true });
      cache.delete(metadata.client_id);
    },
    disableOthers: async (clientIds, managedBy) => {
      await records.updateMany(
        { managedBy, _id: { $nin: [...clientIds] }, isDisabled: false },
        { $set: { isDisabled: true, updatedAt: now() } },
      );
      cache.clear();
    },
  };
};
