export type { Connection } from 'mongoose';
export { connect } from './connection.ts';
export { claimDeploymentMode } from './deployment-mode.ts';
export { databaseTime, isReachable, nativeCollection } from './database.ts';
export { duplicatedFields, isDuplicate, isUnavailable, retryOnDuplicate } from './failures.ts';
export type { HeldEntry, HeldValue } from './held.ts';
export { ensureIndexes, type CollectionIndexes } from './indexes.ts';
export { createInTransaction, optionsOf, sessionOf, type InTransaction, type Tx } from './transaction.ts';
