// The engine's adapter: what is spent once is spent by one conditional update, what is over does not come back.
import type { mongo } from 'mongoose';
import { errors, Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import { isDuplicate, retryOnDuplicate } from '../../mongo/index.ts';
import { takeBackCookie } from '../engine-internals.ts';
import {
  byHash,
  hash,
  isStored,
  keyOf,
  type ModelRecord,
  type RecordsOf,
  type StoredModel,
} from './engine-records-store.ts';
import type { StoredPayload } from './stored-payload.ts';

/** Seconds that a record outlives its expiry: the engine checks `exp` itself and needs the late look-ups to recognise reuse. */
export interface KeptAfterExpiry {
  pushedRequest: number;
  codeOrRefreshToken: number;
  interaction: number;
  other: number;
}

const keptFor = (kept: KeptAfterExpiry, model: StoredModel): number => {
  if (model === 'PushedAuthorizationRequest') return kept.pushedRequest;
  if (model === 'AuthorizationCode' || model === 'RefreshToken') return kept.codeOrRefreshToken;
  return model === 'Interaction' ? kept.interaction : kept.other;
};

interface Needs {
  recordsOf: RecordsOf;
  storedPayload: StoredPayload;
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>;
  hasEndedSession: (accountId: string, sessionUid: string) => Promise<boolean>;
  /** Called between two writes that belong together; a test stops the process there. */
  checkpoint: (name: string) => Promise<void>;
  kept: KeptAfterExpiry;
  now: () => Date;
}

/** The adapter for one of the engine's models, by its name. */
export const createAdapterFor = ({
  recordsOf,
  storedPayload: { strip, complete },
  findClient,
  hasEndedSession,
  checkpoint,
  kept,
  now,
}: Needs) => {
  /** Requests with the cookie of a session that had been given a new one. */
  const cameLate = new WeakSet<object>();

  const destroyGrant = async (grantId: string): Promise<void> => {
    await recordsOf('Grant').deleteOne({ _id: hash(grantId) });
  };

  return (name: string): Adapter => {
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
      const leavesTrace = name === 'Interaction' || name === 'Session';
      const filter = leavesTrace ? { _id: keyOf(id), endedAt: { $exists: false } } : { _id: keyOf(id) };
      const options = { upsert: !isAnswered, ignoreUndefined: true };
      const { matchedCount } = await retryOnDuplicate(() => records.updateOne(filter, { $set }, options));
      if (isAnswered && matchedCount === 0) throw new errors.SessionNotFound('interaction session not found');
    };

    /** The engine writes a session back at the end of each request: one whose cookie has been replaced meanwhile stays as it is, and the browser keeps its newer one. */
    const saveUnlessReplaced = async (id: string, payload: AdapterPayload, expiresIn: number | undefined) => {
      const { ctx } = Provider;
      if (ctx !== undefined && cameLate.has(ctx) && payload.accountId === undefined) return takeBackCookie(id);
      try {
        await save(id, payload, expiresIn);
      } catch (error) {
        if (!isDuplicate(error)) throw error; // of the trace that it left
        takeBackCookie(id);
      }
    };

    const noteLate = (record: ModelRecord | null): void => {
      if (name === 'Session' && record?.endedAt !== undefined && Provider.ctx !== undefined) cameLate.add(Provider.ctx);
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

    const endSession = async (id: string): Promise<void> => {
      await records.updateOne({ _id: keyOf(id) }, { $set: { endedAt: now(), payload: {} } });
    };

    const restore = (record: ModelRecord | null, id: string): AdapterPayload | undefined =>
      record === null ? undefined : complete(record.payload, id);

    // An ended session is not found, so that the next sign-in in this browser begins another one.
    const unlessEnded = async (payload: AdapterPayload | undefined): Promise<AdapterPayload | undefined> => {
      if (name !== 'Session' || payload?.accountId === undefined || payload.uid === undefined) return payload;
      return (await hasEndedSession(payload.accountId, payload.uid)) ? undefined : payload;
    };

    // The engine looks at the expiry of a code first and would only say that it is over.
    const reactToLateReuse = async (record: ModelRecord | null): Promise<void> => {
      if (name !== 'AuthorizationCode' || record?.payload.consumed === undefined) return;
      const { exp = 0, grantId } = record.payload;
      if (exp < now().getTime() / 1000 && grantId !== undefined) await destroyGrant(grantId);
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
        if (name === 'ReplayDetection') return insert(id, payload, expiresIn);
        return name === 'Session' ? saveUnlessReplaced(id, payload, expiresIn) : save(id, payload, expiresIn);
      },
      find: async (id) => {
        const record = await records.findOne({ _id: hash(id) });
        noteLate(record);
        if (record?.endedAt !== undefined) return undefined;
        await reactToLateReuse(record);
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
        if (name === 'Session') return endSession(id);
        await records.deleteOne({ _id: keyOf(id) });
      },
      revokeByGrantId: async (grantId) => {
        await records.deleteMany({ 'payload.grantId': grantId });
      },
    };
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
