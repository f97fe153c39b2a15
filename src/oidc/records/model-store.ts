// Everything about the engine's records in one hand.
import type { Connection } from 'mongoose';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { createAdapterFor, type KeptAfterExpiry } from './adapter-store.ts';
import { createRecordsOf } from './engine-records-store.ts';
import { createInteractionRecords, type InteractionRecords } from './interaction-records-store.ts';
import { createServiceRecords, type ServiceRecords } from './service-records-store.ts';
import { createSessionRecords, type SessionRecords } from './session-records-store.ts';
import { createStoredPayload } from './stored-payload.ts';
import type { Sealing } from '../../sealing/index.ts';

export interface ModelStore extends SessionRecords, InteractionRecords, ServiceRecords {
  /** The engine's adapter for one of its models. */
  adapterFor: (model: string) => Adapter;
}

interface Needs {
  connection: Connection;
  sealing: Sealing;
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>;
  hasEndedSession: (accountId: string, sessionUid: string) => Promise<boolean>;
  checkpoint: (name: string) => Promise<void>;
  kept: KeptAfterExpiry;
  now: () => Date;
}

export const createModelStore = ({ connection, sealing, ...needs }: Needs): ModelStore => {
  const recordsOf = createRecordsOf(connection);
  const storedPayload = createStoredPayload(sealing);
  return {
    ...createSessionRecords({ recordsOf, keptFor: needs.kept.other }),
    ...createServiceRecords({ recordsOf }),
    ...createInteractionRecords({ recordsOf, keptFor: needs.kept.interaction }),
    adapterFor: createAdapterFor({ ...needs, recordsOf, storedPayload }),
  };
};
