// One document an account, without expiry: what counts against a PIN must outlive crashes and sweeps (PIN-06, REL-07).
import type { Connection } from 'mongoose';
import { databaseTime, isDuplicate, nativeCollection, sessionOf, type Tx } from '../mongo/index.ts';
import type { PinVerifier } from './pin-verifier.ts';

/** `inARow` wrong tries lock the PIN, and `inWindow` within `windowDays`, whatever was right between them. */
export interface PinLimits {
  inARow: number;
  inWindow: number;
  windowDays: number;
}

interface PinRecord {
  _id: string;
  verifier: PinVerifier;
  /** Tries since the last right one; a try is here before it is compared. */
  tries: number;
  failures: { id: string; at: Date }[];
  lockedAt: Date | null;
  setAt: Date;
}

export type PinState = 'none' | 'locked' | 'usable';

export type PinReservation =
  /** `id`: to be forgotten when the try was right. `triesLeft`: after this one, if it is wrong. */
  | { outcome: 'reserved'; id: string; verifier: PinVerifier; triesLeft: number }
  | { outcome: 'none' }
  | { outcome: 'locked' };

export interface PinStore {
  stateOf: (accountId: string) => Promise<PinState>;
  reserve: (accountId: string) => Promise<PinReservation>;
  /** The try was right. False where the PIN was locked meanwhile: then it counts for nothing. */
  forget: (accountId: string, reservation: string) => Promise<boolean>;
  /** The try was counted but never compared. */
  giveBack: (accountId: string, reservation: string) => Promise<void>;
  /** Until a new PIN is set; nothing where there is none. */
  lock: (accountId: string, tx?: Tx) => Promise<void>;
  /** Adds a PIN where there is none; leaves one that is there alone. */
  add: (accountId: string, verifier: PinVerifier) => Promise<void>;
}

interface Needs {
  connection: Connection;
  limits: PinLimits;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

const collection = 'pins';
const dayMilliseconds = 24 * 3600 * 1000;
const settleMilliseconds = 30_000;

/** Counts one try unless the PIN is locked; it was counted when its id stands among the failures afterwards. */
const countOne = ({ inARow, inWindow, windowDays }: PinLimits, time: object, id: string) => {
  const since = { $subtract: ['$time', windowDays * dayMilliseconds] };
  const mayTry = {
    $and: [{ $eq: ['$lockedAt', null] }, { $lt: ['$tries', inARow] }, { $lt: [{ $size: '$failures' }, inWindow] }],
  };
  // The try that filled the window was never settled: whoever counted it is gone, and the lock must not slide away.
  const isFull = { $gte: [{ $size: '$failures' }, inWindow] };
  const isOld = { $lt: [{ $max: '$failures.at' }, { $subtract: ['$time', settleMilliseconds] }] };
  const wasLeft = { $and: [{ $eq: ['$lockedAt', null] }, isFull, isOld] };
  return [
    { $set: { time } },
    { $set: { failures: { $filter: { input: '$failures', cond: { $gt: ['$$this.at', since] } } } } },
    { $set: { mayTry } },
    {
      $set: {
        tries: { $cond: ['$mayTry', { $add: ['$tries', 1] }, '$tries'] },
        failures: { $cond: ['$mayTry', { $concatArrays: ['$failures', [{ id, at: '$time' }]] }, '$failures'] },
        lockedAt: { $cond: [wasLeft, '$time', '$lockedAt'] },
      },
    },
    { $unset: ['time', 'mayTry'] },
  ];
};

export const createPinStore = ({ connection, limits, now, random }: Needs): PinStore => {
  const records = nativeCollection<PinRecord>(connection, collection);
  const isLocked = ({ lockedAt, tries, failures }: PinRecord): boolean => {
    const since = now().getTime() - limits.windowDays * dayMilliseconds;
    const inWindow = failures.filter(({ at }) => at.getTime() > since).length;
    return lockedAt !== null || tries >= limits.inARow || inWindow >= limits.inWindow;
  };
  const triesLeftOf = ({ tries, failures }: PinRecord): number =>
    Math.max(0, Math.min(limits.inARow - tries, limits.inWindow - failures.length));

  return {
    stateOf: async (accountId) => {
      const record = await records.findOne({ _id: accountId });
      if (record === null) return 'none';
      return isLocked(record) ? 'locked' : 'usable';
    },
    reserve: async (accountId) => {
      const id = random(12).toString('base64url');
      const update = countOne(limits, databaseTime(now), id);
      const record = await records.findOneAndUpdate({ _id: accountId }, update, { returnDocument: 'after' });
      if (record === null) return { outcome: 'none' };
      if (!record.failures.some((failure) => failure.id === id)) return { outcome: 'locked' };
      return { outcome: 'reserved', id, verifier: record.verifier, triesLeft: triesLeftOf(record) };
    },
    forget: async (accountId, id) => {
      const change = { $set: { tries: 0 }, $pull: { failures: { id } } };
      return (await records.updateOne({ _id: accountId, lockedAt: null }, change)).matchedCount === 1;
    },
    giveBack: async (accountId, id) => {
      const failures = { $filter: { input: '$failures', cond: { $ne: ['$$this.id', id] } } };
      const tries = { $max: [0, { $subtract: ['$tries', 1] }] }; // a right PIN in between has set it to nothing
      await records.updateOne({ _id: accountId, 'failures.id': id }, [{ $set: { tries, failures } }]);
    },
    lock: async (accountId, tx) => {
      const options = tx === undefined ? {} : { session: sessionOf(tx) };
      await records.updateOne({ _id: accountId, lockedAt: null }, { $set: { lockedAt: now() } }, options);
    },
    add: async (accountId, verifier) => {
      try {
        await records.insertOne({ _id: accountId, verifier, tries: 0, failures: [], lockedAt: null, setAt: now() });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
  };
};
