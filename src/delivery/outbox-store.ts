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
  thread: string | null;
  state: MessageState;
  /** Address and words; gone once sent, unless the outbox is kept to be looked at. */
  sealed: string | null;
  tries: number;
  nextTryAt: Date;
  /** How the channel did with it last; a refusal says nothing about the channel. */
  outcome: { at: Date; isFailure: boolean } | null;
  dropAfter: Date | null;
  writtenAt: Date;
  sweepAt: Date;
}

export interface ClaimedMessage extends Pick<MessageRecord, 'channel' | 'purpose' | 'tries' | 'dropAfter'> {
  id: string;
  /** Throws where the keys are gone that it was sealed with. */
  open: () => Message;
}

export interface Outbox {
  write: (tx: Tx, message: Message) => Promise<void>;
  /** Takes one message that is due, for this sender alone, for as long as a try may take. */
  claim: (route: Route) => Promise<ClaimedMessage | undefined>;
  markSent: (id: string) => Promise<void>;
  /** The channel did not take it. */
  markFailed: (id: string, nextTryAt: Date) => Promise<void>;
  /** The channel works and did not want this one. */
  markRefused: (id: string, nextTryAt: Date) => Promise<void>;
  drop: (id: string) => Promise<void>;
  /** True where what was tried last on the channel, not long ago, was not taken. */
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
    { key: { state: 1, channel: 1, nextTryAt: 1 }, name: 'due-on-channel' },
    { key: { channel: 1, 'outcome.at': -1 }, name: 'last-outcome' },
    { key: { thread: 1 }, name: 'thread', sparse: true },
    { key: { writtenAt: -1 }, name: 'newest' },
    { key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

const keptMilliseconds = 7 * 24 * 3600 * 1000;
const downMilliseconds = 15 * 60 * 1000;
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
  const change = async (id: string, $set: Partial<MessageRecord>): Promise<void> => {
    await records.updateOne({ _id: id, state: 'waiting' }, { $set });
  };
  const outcome = (isFailure: boolean) => ({ outcome: { at: now(), isFailure } });
  const emptied = isKept ? {} : { sealed: null };

  return {
    write: async (tx, { channel, purpose, dropAfter, thread = null, isDecoy = false, to, subject, text, code }) => {
      const session = sessionOf(tx);
      if (thread !== null) {
        const dropped = { state: 'dropped' as const, ...emptied };
        await records.updateMany({ thread, state: 'waiting' }, { $set: dropped }, { session });
      }
      const _id = randomUUID();
      const writtenAt = now();
      await records.insertOne(
        {
          _id,
          channel,
          purpose,
          thread,
          state: isDecoy ? 'decoy' : 'waiting',
          sealed: sealing.seal(JSON.stringify({ to, subject, text, code }), _id),
          tries: 0,
          nextTryAt: writtenAt,
          outcome: null,
          dropAfter,
          writtenAt,
          sweepAt: new Date(writtenAt.getTime() + keptMilliseconds),
        },
        { session },
      );
    },
    claim: async (route) => {
      const time = databaseTime(now);
      const record = await records.findOneAndUpdate(
        { state: 'waiting', channel: route, $expr: { $lte: ['$nextTryAt', time] } },
        [{ $set: { tries: { $add: ['$tries', 1] }, nextTryAt: { $add: [time, claimSeconds * 1000] } } }],
        { sort: { nextTryAt: 1 }, returnDocument: 'after' },
      );
      if (record === null) return undefined;
      const { _id: id, channel, purpose, tries, dropAfter } = record;
      return { id, channel, purpose, tries, dropAfter, open: () => open(record) };
    },
    markSent: (id) => change(id, { state: 'sent', ...outcome(false), ...emptied }),
    markFailed: (id, nextTryAt) => change(id, { nextTryAt, ...outcome(true) }),
    markRefused: (id, nextTryAt) => change(id, { nextTryAt, ...outcome(false) }),
    drop: (id) => change(id, { state: 'dropped', ...emptied }),
    isDown: async (channel) => {
      const since = new Date(now().getTime() - downMilliseconds);
      const last = await records.findOne({ channel, 'outcome.at': { $gt: since } }, { sort: { 'outcome.at': -1 } });
      return last?.outcome?.isFailure === true;
    },
    list: async (most) => {
      const found = await records
        .find({ state: { $ne: 'decoy' }, channel: { $ne: 'back-channel' } })
        .sort({ writtenAt: -1 })
        .limit(most)
        .toArray();
      return found.map((record) => ({ ...open(record), at: record.writtenAt }));
    },
  };
};
