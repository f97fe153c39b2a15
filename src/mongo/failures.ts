// Tells a store that does not answer from a mistake of ours.
import { mongo } from 'mongoose';

/** A unique index or `_id` said that this exists already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11_000;

/** Of a duplicate: the fields of the unique index that it breaks. */
export const duplicatedFields = (error: unknown): string[] => {
  const pattern: unknown = error instanceof mongo.MongoServerError ? error['keyPattern'] : undefined;
  return isDuplicate(error) && typeof pattern === 'object' && pattern !== null ? Object.keys(pattern) : [];
};

const unavailableNames = new Set([
  'MongooseServerSelectionError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoWaitQueueTimeoutError',
]);

// What a server says that is stepping down, starting or stopping; reads carry no label that says so.
const unavailableCodes = new Set<unknown>([
  6, // HostUnreachable
  7, // HostNotFound
  50, // MaxTimeMSExpired
  64, // WriteConcernFailed
  89, // NetworkTimeout
  91, // ShutdownInProgress
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
]);

/** The store cannot be reached, or did not acknowledge a write in time. */
export const isUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (unavailableNames.has(error.name)) return true;
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return true;
  if (error instanceof mongo.MongoNotConnectedError || error instanceof mongo.MongoWriteConcernError) return true;
  return (
    error instanceof mongo.MongoError &&
    (unavailableCodes.has(error.code) ||
      error.hasErrorLabel('RetryableWriteError') ||
      error.hasErrorLabel('TransientTransactionError'))
  );
};

/** Two upserts of one document at once both insert; the one that comes second updates what the first made. */
export const retryOnDuplicate = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return work();
  }
};
