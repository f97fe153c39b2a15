// A try is counted before it is compared: however many arrive at once, no more than allowed are ever looked at (BF-02, BF-04).
import { createHmac } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, retryOnDuplicate, nativeCollection, type CollectionIndexes } from '../mongo/index.ts';

/** Times in seconds. */
export interface AttemptLimits {
  free: number;
  window: number;
  /** How long after a wait the tries are still counted; `window` where it is not said. */
  windowAfterWait?: number;
  firstWait: number;
  longestWait: number;
}

interface AttemptRecord {
  _id: string;
  tries: number;
  windowEndsAt: Date;
  waitUntil: Date | null;
  /** The last reservation; a second one in the same millisecond differs by its own number. */
  reservation: string;
  expiresAt: Date;
}

/** `waitUntil`: from when the next try may come, if this one is wrong; `freeLeft`: how many may come before there is a wait. */
export type Reservation =
  { outcome: 'reserved'; waitUntil: Date | undefined; freeLeft: number } | { outcome: 'wait'; until: Date };

export interface Attempts {
  /** Counts one try at `subject` (a person, an identifier) or says until when to wait. */
  reserve: (subject: string) => Promise<Reservation>;
  /** Until when there is to wait, without a try being made. */
  waitingUntil: (subject: string) => Promise<Date | undefined>;
  /** The try was right: what was counted is forgotten. */
  forget: (subject: string) => Promise<void>;
  /** The try was counted but never compared. */
  giveBack: (subject: string) => Promise<void>;
}

interface Needs {
  connection: Connection;
  key: Buffer;
  limits: AttemptLimits;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

const collection = 'attempts';
export const attemptIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const milliseconds = (seconds: number) => seconds * 1000;
const unlessWaiting = (value: unknown, field: string) => ({ $cond: ['$isWaiting', field, value] });

/** Counts one try unless a wait is in force; the try was counted when `reservation` is found in the record afterwards. */
const countOne = (limits: AttemptLimits, time: object, reservation: string) => {
  const isOver = { $gte: ['$tries', limits.free] };
  const triesOver = { $min: [{ $subtract: ['$tries', limits.free] }, 20] };
  const wait = {
    $min: [{ $multiply: [milliseconds(limits.firstWait), { $pow: [2, triesOver] }] }, milliseconds(limits.longestWait)],
  };
  const window = milliseconds(limits.window);
  const windowAfterWait = milliseconds(limits.windowAfterWait ?? limits.window);

  return [
    { $set: { time } },
    { $set: { isWaiting: { $gt: ['$waitUntil', '$time'] } } },
    {
      $set: {
        tries: unlessWaiting({ $cond: [{ $lte: ['$windowEndsAt', '$time'] }, 1, { $add: ['$tries', 1] }] }, '$tries'),
      },
    },
    { $set: { waitUntil: unlessWaiting({ $cond: [isOver, { $add: ['$time', wait] }, null] }, '$waitUntil') } },
    {
      $set: {
        windowEndsAt: {
          $switch: {
            branches: [
              { case: '$isWaiting', then: '$windowEndsAt' },
              { case: isOver, then: { $add: ['$waitUntil', windowAfterWait] } },
              { case: { $eq: ['$tries', 1] }, then: { $add: ['$time', window] } },
            ],
            default: '$windowEndsAt',
          },
        },
      },
    },
    { $set: { reservation: unlessWaiting(reservation, '$reservation'), expiresAt: '$windowEndsAt' } },
    { $unset: ['time', 'isWaiting'] },
  ];
};

export const createAttempts = ({ connection, key, limits, now, random }: Needs): Attempts => {
  const records = nativeCollection<AttemptRecord>(connection, collection);
  // People and identifiers never stand here in clear.
  const idOf = (subject: string) => createHmac('sha256', key).update(`attempts:v1:${subject}`).digest('base64url');

  const reserve = async (subject: string): Promise<Reservation> => {
    const reservation = random(12).toString('base64url');
    const update = countOne(limits, databaseTime(now), reservation);
    const record = await retryOnDuplicate(() =>
      records.findOneAndUpdate({ _id: idOf(subject) }, update, { upsert: true, returnDocument: 'after' }),
    );
    if (record === null) throw new Error('an upsert returned nothing');
    if (record.reservation === reservation) {
      const freeLeft = Math.max(0, limits.free - record.tries);
      return { outcome: 'reserved', waitUntil: record.waitUntil ?? undefined, freeLeft };
    }
    return { outcome: 'wait', until: record.waitUntil ?? now() };
  };

  return {
    reserve,
    waitingUntil: async (subject) => {
      const isWaiting = { $expr: { $gt: ['$waitUntil', databaseTime(now)] } };
      return (await records.findOne({ _id: idOf(subject), ...isWaiting }))?.waitUntil ?? undefined;
    },
    forget: async (subject) => {
      await records.deleteOne({ _id: idOf(subject) });
    },
    giveBack: async (subject) => {
      await records.updateOne({ _id: idOf(subject) }, [
        { $set: { tries: { $max: [0, { $subtract: ['$tries', 1] }] }, waitUntil: null } },
      ]);
    },
  };
};
