// Which browser a session is in, in words for the person: noted beside the engine's own records, which decide what is alive.
import type { Connection } from 'mongoose';
import { nativeCollection, retryOnDuplicate, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';

interface SessionNoteRecord {
  /** The session's uid: a name, not the value of its cookie. */
  _id: string;
  accountId: string;
  device: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export interface SessionNote {
  /** Names of browser and system. */
  device: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export interface SessionNotes {
  /** The browser was here just now; written at most once a minute. */
  noteSeen: (accountId: string, sessionUid: string, device: string) => Promise<void>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  /** By the sessions' uids. */
  find: (sessionUids: readonly string[]) => Promise<Map<string, SessionNote>>;
}

interface Needs {
  connection: Connection;
  /** Seconds that no session outlives unseen. */
  keptSeconds: number;
  now: () => Date;
}

const collection = 'sessions';
export const sessionNoteIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { accountId: 1 }, name: 'by-account' },
    { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

const minute = 60_000;

export const createSessionNotes = ({ connection, keptSeconds, now }: Needs): SessionNotes => {
  const records = nativeCollection<SessionNoteRecord>(connection, collection);
  return {
    noteSeen: async (accountId, sessionUid, device) => {
      const at = now();
      const isRecent = { $gt: ['$lastSeenAt', new Date(at.getTime() - minute)] };
      const unlessRecent = (field: string, value: unknown) => ({ $cond: [isRecent, `$${field}`, value] });
      const seen = {
        accountId: { $literal: accountId },
        device: unlessRecent('device', { $literal: device }),
        firstSeenAt: { $ifNull: ['$firstSeenAt', at] },
        lastSeenAt: unlessRecent('lastSeenAt', at),
        expiresAt: unlessRecent('expiresAt', new Date(at.getTime() + keptSeconds * 1000)),
      };
      await retryOnDuplicate(() => records.updateOne({ _id: sessionUid }, [{ $set: seen }], { upsert: true }));
    },
    forgetPerson: async (tx, accountId) => {
      await records.deleteMany({ accountId }, { session: sessionOf(tx) });
    },
    find: async (sessionUids) => {
      const found = await records.find({ _id: { $in: [...sessionUids] } }).toArray();
      return new Map(found.map(({ _id, ...note }) => [_id, note]));
    },
  };
};
