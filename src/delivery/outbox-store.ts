// Messages on their way: written with their cause, claimed by one sender, tried again until taken. What they say is sealed.
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';
import type { Sealing } from '../sealing/index.ts';
import { z } from 'zod';
import type { Channel, Message, MessagePurpose, Route } from './message.ts';

type MessageState = 'waiting' | 'sent' | 'dropped' | 'decoy';

interface MessageRecord {
  _id: string;
  channel: Route;
  purpose: MessagePurpose;
  state: MessageState;
  /** Address and words; gone once sent, unless the outbox is kept to be looked at. */
  sealed: string | null;
  tries: number;
  nextTryAt: Date;
  dropAfter: Date | null;
  writtenAt: Date;
  sweepAt: Date;
}

export interface ClaimedMessage {
  id: string;
  tries: number;
  message: Message;
}

export interface Outbox {
  write: (tx: Tx, message: Message) => Promise<void>;
  /** Takes one message that is due, for this sender alone, for as long as a try may take. */
  claim: () => Promise<ClaimedMessage | undefined>;
  markSent: (id: string) => Promise<void>;
  retryAt: (id: string, at: Date) => Promise<void>;
  drop: (id: string) => Promise<void>;
  /** True while messages of the channel have failed more than once and still wait. */
  isDown: (channel: Channel) => Promise<boolean>;
  /** What went to people, newest first; empty words where they were not kept. */
  list: (most: number) => Promise<(Message & { at: Date })[]>;
}

interface Needs {
  connection: Connection;
  sealing: Sealing;
  /** Seconds a claimed message is out of others' reach. */
  claimSeconds: number;
  /** Keep what was sent, for the sandbox to show. */
  isKept: boolean;
  now: () => Date;
}

const collection = 'messages';
export const outboxIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { state: 1, nextTryAt: 1 }, name: 'due' },
    { key: { writtenAt: -1 }, name: 'newest' },
    { key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

const keptMilliseconds = 7 * 24 * 3600 * 1000;
const wordsSchema = z.object({
  to: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
  code: z.string().nullable(),
});

export const createOutbox = ({ connection, sealing, claimSeconds, isKept, now }: Needs): Outbox => {
  const records = nativeCollection<MessageRecord>(connection, collection);

  const open = ({ _id, channel, purpose, dropAfter, sealed }: MessageRecord): Message => {
    const words =
      sealed === null
        ? { to: '', subject: null, text: '', code: null }
        : wordsSchema.parse(JSON.parse(sealing.open(sealed, _id)));
    return { channel, purpose, dropAfter, ...words };
  };
  const finish = async (id: string, state: 'sent' | 'dropped'): Promise<void> => {
    await records.updateOne({ _id: id, state: 'waiting' }, { $set: isKept ? { state } : { state, sealed: null } });
  };

  return {
    write: async (tx, { channel, purpose, dropAfter, isDecoy = false, to, subject, text, code }) => {
      const _id = randomUUID();
      const writtenAt = now();
      await records.insertOne(
        {
          _id,
          channel,
          purpose,
          state: isDecoy ? 'decoy' : 'waiting',
          sealed: sealing.seal(JSON.stringify({ to, subject, text, code }), _id),
          tries: 0,
          nextTryAt: writtenAt,
          dropAfter,
          writtenAt,
          sweepAt: new Date(writtenAt.getTime() + keptMilliseconds),
        },
        { session: sessionOf(tx) },
      );
    },
    claim: async () => {
      const time = databaseTime(now);
      const record = await records.findOneAndUpdate(
        { state: 'waiting', $expr: { $lte: ['$nextTryAt', time] } },
        [{ $set: { tries: { $add: ['$tries', 1] }, nextTryAt: { $add: [time, claimSeconds * 1000] } } }],
        { sort: { nextTryAt: 1 }, returnDocument: 'after' },
      );
      return record === null ? undefined : { id: record._id, tries: record.tries, message: open(record) };
    },
    markSent: (id) => finish(id, 'sent'),
    drop: (id) => finish(id, 'dropped'),
    retryAt: async (id, at) => {
      await records.updateOne({ _id: id, state: 'waiting' }, { $set: { nextTryAt: at } });
    },
    isDown: async (channel) => (await records.findOne({ channel, state: 'waiting', tries: { $gte: 2 } })) !== null,
    list: async (most) => {
      const found = await records
        .find({ state: { $ne: 'decoy' } })
        .sort({ writtenAt: -1 })
        .limit(most)
        .toArray();
      return found.map((record) => ({ ...open(record), at: record.writtenAt }));
    },
  };
};
