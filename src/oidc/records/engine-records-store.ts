// The engine's records, one collection a model, found by the hash of their id: bearer values never stand here.
import { createHash } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import type { AdapterPayload } from 'oidc-provider';
import { nativeCollection, type CollectionIndexes } from '../../mongo/index.ts';

export interface ModelRecord {
  _id: string;
  payload: AdapterPayload;
  /** The SSO session that a Grant was made in; ending the session destroys its Grants. */
  sessionUid?: string | undefined;
  /** An interaction that is over keeps nothing but its client, so that its page can show the way back; a session's cookie that was replaced keeps nothing, and no request in flight brings it back. */
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
export const isStored = (name: string): name is StoredModel => models.some((model) => model === name);

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
export const byHash = 'stored:';
export const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');
export const keyOf = (id: string): string => (id.startsWith(byHash) ? id.slice(byHash.length) : hash(id));

export type RecordsOf = (model: StoredModel) => mongo.Collection<ModelRecord>;

export const createRecordsOf =
  (connection: Connection): RecordsOf =>
  (model) =>
    nativeCollection<ModelRecord>(connection, collectionOf(model));
