// What the engine stores, one collection a model. Bearer values are kept as hashes, and what is spent once is spent by one conditional update.
import { createHash } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import { errors, Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Sealing } from '../sealing/index.ts';
import { createStoredPayload } from './stored-payload.ts';
import type { LogoutCall } from './logout-call.ts';
import {
  isDuplicate,
  nativeCollection,
  retryOnDuplicate,
  sessionOf,
  type CollectionIndexes,
  type Tx,
} from '../mongo/index.ts';

/** Seconds that a record outlives its expiry: the engine checks `exp` itself and needs the late look-ups to recognise reuse. */
export interface KeptAfterExpiry {
  pushedRequest: number;
  codeOrRefreshToken: number;
  interaction: number;
  other: number;
}

interface ModelRecord {
  _id: string;
  payload: AdapterPayload;
  /** The SSO session that a Grant was made in; ending the session destroys its Grants. */
  sessionUid?: string | undefined;
  /** An interaction that is over keeps nothing but its client, so that its page can show the way back. */
  endedAt?: Date;
  expiresAt?: Date;
}

const models = [
  'Session',
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'PushedAuthorizationRequest',
  'ReplayDetection',
] as const;
export type StoredModel = (typeof models)[number];
const isStored = (name: string): name is StoredModel => models.some((model) => model === name);

export const collectionOf = (model: StoredModel): string =>
  `oidc_${model.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()}`;

const carriesGrant = new Set<StoredModel>(['AuthorizationCode', 'AccessToken', 'RefreshToken']);
const belongsToAccount = new Set<StoredModel>(['Session', 'Grant', 'RefreshToken']);

export const modelIndexes: CollectionIndexes[] = models.map((model) => ({
  collection: collectionOf(model),
  indexes: [
    { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
    ...(carriesGrant.has(model) ? [{ key: { 'payload.grantId': 1 }, name: 'by-grant' }] : []),
    ...(belongsToAccount.has(model) ? [{ key: { 'payload.accountId': 1 }, name: 'by-account' }] : []),
    ...(model === 'Session' ? [{ key: { 'payload.uid': 1 }, name: 'by-uid' }] : []),
    ...(model === 'Grant' ? [{ key: { sessionUid: 1 }, name: 'by-session' }] : []),
  ],
}));

// A session found by its uid has no cookie value to give; the engine gets this in its place, good for saving and destroying, never for finding.
const byHash = 'stored:';
const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');
const keyOf = (id: string): string => (id.startsWith(byHash) ? id.slice(byHash.length) : hash(id));

const keptFor = (kept: KeptAfterExpiry, model: StoredModel): number => {
  if (model === 'PushedAuthorizationRequest') return kept.pushedRequest;
  if (model === 'AuthorizationCode' || model === 'RefreshToken') return kept.codeOrRefreshToken;
  return model === 'Interaction' ? kept.interaction : kept.other;
};

interface Needs {
  connection: Connection;
  sealing: Sealing;
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>;
  hasEndedSession: (accountId: string, sessionUid: string) => Promise<boolean>;
  /** Called between two writes that belong together; a test stops the process there. */
  checkpoint: (name: string) => Promise<void>;
  kept: KeptAfterExpiry;
  now: () => Date;
}

export interface WhichGrants {
  accountId?: string | undefined;
  sessionUid?: string | undefined;
  exceptSessionUid?: string | undefined;
  clientId?: string | undefined;
}

export interface WhichSessions {
  accountId: string;
  sessionUid?: string | undefined;
  exceptSessionUid?: string | undefined;
}

export interface ModelStore {
  /** The engine's adapter for one of its models. */
  adapterFor: (model: string) => Adapter;
  /** The client of an interaction, also when it is over or expired. */
  clientOfInteraction: (uid: string) => Promise<string | undefined>;
  /** Grants are the effective switch: without its Grant every refresh token and opaque token is dead. */
  destroyGrants: (tx: Tx, which: WhichGrants) => Promise<void>;
  /** The services that got something in these sessions, each with the session's name at that service. */
  servicesOf: (which: WhichSessions) => Promise<LogoutCall[]>;
  /** Removes the rows of a session that has been marked as ended. */
  sweepSession: (sessionUid: string) => Promise<void>;
  /** The session no longer knows the service. */
  forgetService: (sessionUid: string, clientId: string) => Promise<void>;
}

export const createModelStore = ({
  connection,
  sealing,
  findClient,
  hasEndedSession,
  checkpoint,
  kept,
  now,
}: Needs): ModelStore => {
  const recordsOf = (model: StoredModel): mongo.Collection<ModelRecord> =>
    nativeCollection<ModelRecord>(connection, collectionOf(model));

  const { strip, complete } = createStoredPayload(sealing);

  const destroyGrant = async (grantId: string): Promise<void> => {
    await recordsOf('Grant').deleteOne({ _id: hash(grantId) });
  };

  const adapterFor = (name: string): Adapter => {
    if (name === 'Client') return refusingAdapter(name, findClient);
    if (!isStored(name)) return refusingAdapter(name);
    const records = recordsOf(name);
    // Without a lifetime a record stays.
    const expiry = (expiresIn: number | undefined): { expiresAt?: Date } =>
      expiresIn === undefined
        ? {}
        : { expiresAt: new Date(now().getTime() + (expiresIn + keptFor(kept, name)) * 1000) };

    const save = async (id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> => {
      const $set = {
        payload: strip(payload, id),
        ...expiry(expiresIn),
        ...(name === 'Grant' ? { sessionUid: Provider.ctx?.oidc.session?.uid } : {}),
      };
      // An interaction that was answered and is gone meanwhile must not come back.
      const isAnswered = name === 'Interaction' && payload.result !== undefined;
      const filter = name === 'Interaction' ? { _id: keyOf(id), endedAt: { $exists: false } } : { _id: keyOf(id) };
      const options = { upsert: !isAnswered, ignoreUndefined: true };
      const { matchedCount } = await retryOnDuplicate(() => records.updateOne(filter, { $set }, options));
      if (isAnswered && matchedCount === 0) throw new errors.SessionNotFound('interaction session not found');
    };

    const insert = async (id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> => {
      const record = { _id: hash(id), payload: strip(payload, id), ...expiry(expiresIn) };
      await records.insertOne(record, { ignoreUndefined: true });
    };

    const endInteraction = async (id: string): Promise<void> => {
      const trace: mongo.Document[] = [
        { $set: { endedAt: now(), payload: { $literal: {} }, client: '$payload.params.client_id' } },
        { $set: { payload: { params: { client_id: '$client' } } } },
        { $unset: 'client' },
      ];
      const { matchedCount } = await records.updateOne({ _id: keyOf(id), endedAt: { $exists: false } }, trace);
      if (matchedCount === 0) throw new errors.SessionNotFound('interaction session not found');
    };

    const restore = (record: ModelRecord | null, id: string): AdapterPayload | undefined =>
      record === null ? undefined : complete(record.payload, id);

    // An ended session is not found, so that the next sign-in in this browser begins another one.
    const unlessEnded = async (payload: AdapterPayload | undefined): Promise<AdapterPayload | undefined> => {
      if (name !== 'Session' || payload?.accountId === undefined || payload.uid === undefined) return payload;
      return (await hasEndedSession(payload.accountId, payload.uid)) ? undefined : payload;
    };

    const consume = async (id: string): Promise<void> => {
      const spent = { $set: { 'payload.consumed': Math.floor(now().getTime() / 1000) } };
      const { matchedCount } = await records.updateOne(
        { _id: hash(id), 'payload.consumed': { $exists: false } },
        spent,
      );
      if (matchedCount === 1) return checkpoint(`${name} consumed`);
      if (name === 'PushedAuthorizationRequest') {
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
      }
      const record = await records.findOne({ _id: hash(id) });
      if (record?.payload.grantId !== undefined) await destroyGrant(record.payload.grantId);
      throw new errors.InvalidGrant('grant request is invalid: already used');
    };

    return {
      upsert: async (id, payload, expiresIn) => {
        if (name !== 'ReplayDetection') return save(id, payload, expiresIn);
        return insert(id, payload, expiresIn);
      },
      find: async (id) => {
        const record = await records.findOne({ _id: hash(id), endedAt: { $exists: false } });
        return unlessEnded(restore(record, id));
      },
      findByUid: async (uid) => {
        const record = await records.findOne({ 'payload.uid': uid });
        return unlessEnded(restore(record, `${byHash}${record?._id ?? ''}`));
      },
      findByUserCode: async () => undefined,
      consume,
      destroy: async (id) => {
        if (name === 'Interaction') return endInteraction(id);
        await records.deleteOne({ _id: keyOf(id) });
      },
      revokeByGrantId: async (grantId) => {
        await records.deleteMany({ 'payload.grantId': grantId });
      },
    };
  };

  return {
    adapterFor,
    destroyGrants: async (tx, { accountId, sessionUid, exceptSessionUid, clientId }) => {
      const filter = {
        ...(accountId === undefined ? {} : { 'payload.accountId': accountId }),
        ...(clientId === undefined ? {} : { 'payload.clientId': clientId }),
        ...(sessionUid === undefined ? {} : { sessionUid }),
        ...(exceptSessionUid === undefined ? {} : { sessionUid: { $ne: exceptSessionUid } }),
      };
      if (Object.keys(filter).length === 0) throw new Error('say which Grants');
      await recordsOf('Grant').deleteMany(filter, { session: sessionOf(tx) });
    },
    servicesOf: async ({ accountId, sessionUid, exceptSessionUid }) => {
      const uid = sessionUid === undefined ? {} : { 'payload.uid': sessionUid };
      const except = exceptSessionUid === undefined ? {} : { 'payload.uid': { $ne: exceptSessionUid } };
      const rows = await recordsOf('Session')
        .find({ 'payload.accountId': accountId, ...uid, ...except })
        .toArray();
      const authorizations = rows.flatMap(({ payload }) => Object.entries(payload.authorizations ?? {}));
      return authorizations.flatMap(([clientId, { sid }]) => (sid === undefined ? [] : [{ clientId, accountId, sid }]));
    },
    sweepSession: async (sessionUid) => {
      await recordsOf('Session').deleteMany({ 'payload.uid': sessionUid });
    },
    forgetService: async (sessionUid, clientId) => {
      // A client id may hold dots, which a plain path would read as levels.
      const left = {
        $setField: { field: { $literal: clientId }, input: '$payload.authorizations', value: '$$REMOVE' },
      };
      const change = [{ $set: { 'payload.authorizations': left } }, { $unset: 'payload.state' }];
      await recordsOf('Session').updateMany(
        { 'payload.uid': sessionUid, 'payload.authorizations': { $exists: true } },
        change,
      );
    },
    clientOfInteraction: async (uid) => {
      const record = await recordsOf('Interaction').findOne(
        { _id: hash(uid) },
        { projection: { 'payload.params.client_id': 1 } },
      );
      const clientId = record?.payload.params?.client_id;
      return typeof clientId === 'string' ? clientId : undefined;
    },
  };
};

/** Models of features that are off, and clients, which enter by the registry alone. */
const refusingAdapter = (name: string, find: Adapter['find'] = async () => undefined): Adapter => {
  const refuse = (): never => {
    throw new Error(`${name} is not stored here`);
  };
  return {
    upsert: refuse,
    find,
    findByUid: refuse,
    findByUserCode: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: async () => undefined,
  };
};

/** True when a `ReplayDetection` record was there before. */
export const isReplay = isDuplicate;
