// Tells a store that does not answer from a mistake of ours.
import { mongo } from 'mongoose';

/** A unique index or `_id` said that this exists already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11_000;

const unavailableNames = new Set([
  'MongooseServerSelectionError',
  'MongoPoolClearedError',
  'MongoWaitQueueTimeoutError',
]);

/** The store cannot be reached, or did not acknowledge a write in time. */
export const isUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (unavailableNames.has(error.name)) return true;
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return true;
  if (error instanceof mongo.MongoNotConnectedError || error instanceof mongo.MongoWriteConcernError) return true;
  return (
    error instanceof mongo.MongoError &&
    (error.hasErrorLabel('RetryableWriteError') ||
      error.hasErrorLabel('TransientTransactionError') ||
      error.name === 'MongoOperationTimeoutError')
  );
};
