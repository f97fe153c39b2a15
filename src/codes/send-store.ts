// How often a code may go to one destination, and how many from one network: nobody's phone is a toy, nobody's budget a well (BF-07, SMS-02).
import { createHmac } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, retryOnDuplicate, nativeCollection, type CollectionIndexes } from '../mongo/index.ts';

/** At most `count` within `seconds`; several rules hold together. */
export type SendRules = readonly { seconds: number; count: number }[];

export type SendReservation = { outcome: 'reserved' } | { outcome: 'wait'; until: Date };

interface SendRecord {
  _id: string;
  sentAt: Date[];
  reservation: string;
  sweepAt: Date;
}

interface Needs {
  connection: Connection;
  key: Buffer;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

export interface Sends {
  /** Counts one message to or from `subject`, or says when the next may go. */
  reserve: (subject: string, rules: SendRules) => Promise<SendReservation>;
  /** When one more may go, unless it may go now; counts nothing. */
  waitingUntil: (subject: string, rules: SendRules) => Promise<Date | undefined>;
  forget: (subject: string) => Promise<void>;
}

const collection = 'code_sends';
export const sendIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const dayMilliseconds = 24 * 3600 * 1000;

const countWithin = (seconds: number) => ({
  $size: { $filter: { input: '$sentAt', cond: { $gt: ['$$this', { $subtract: ['$time', seconds * 1000] }] } } },
});

const countOne = (rules: SendRules, time: object, reservation: string) => [
  { $set: { time, sentAt: { $ifNull: ['$sentAt', []] } } },
  {
    $set: {
      sentAt: { $filter: { input: '$sentAt', cond: { $gt: ['$$this', { $subtract: ['$time', dayMilliseconds] }] } } },
    },
  },
  { $set: { maySend: { $and: rules.map(({ seconds, count }) => ({ $lt: [countWithin(seconds), count] })) } } },
  {
    $set: {
      sentAt: { $cond: ['$maySend', { $concatArrays: ['$sentAt', ['$time']] }, '$sentAt'] },
      reservation: { $cond: ['$maySend', reservation, '$reservation'] },
      sweepAt: { $add: ['$time', dayMilliseconds] },
    },
  },
  { $unset: ['time', 'maySend'] },
];

/** When every rule allows one more. */
const nextTime = (sentAt: readonly Date[], rules: SendRules): Date => {
  const newestFirst = sentAt.map((date) => date.getTime()).sort((a, b) => b - a);
  const frees = rules.map(({ seconds, count }) => (newestFirst[count - 1] ?? 0) + seconds * 1000);
  return new Date(Math.max(...frees));
};

export const createSends = ({ connection, key, now, random }: Needs): Sends => {
  const records = nativeCollection<SendRecord>(connection, collection);
  const idOf = (subject: string) => createHmac('sha256', key).update(`sends:v1:${subject}`).digest('base64url');

  const reserve = async (subject: string, rules: SendRules): Promise<SendReservation> => {
    const reservation = random(12).toString('base64url');
    const update = countOne(rules, databaseTime(now), reservation);
    const record = await records.findOneAndUpdate({ _id: idOf(subject) }, update, {
      upsert: true,
      returnDocument: 'after',
    });
    if (record === null) throw new Error('an upsert returned nothing');
    if (record.reservation === reservation) return { outcome: 'reserved' };
    return { outcome: 'wait', until: nextTime(record.sentAt, rules) };
  };

  return {
    reserve: (subject, rules) => retryOnDuplicate(() => reserve(subject, rules)),
    waitingUntil: async (subject, rules) => {
      const record = await records.findOne({ _id: idOf(subject) });
      if (record === null) return undefined;
      const until = nextTime(record.sentAt, rules);
      return until > now() ? until : undefined;
    },
    forget: async (subject) => {
      await records.deleteOne({ _id: idOf(subject) });
    },
  };
};
