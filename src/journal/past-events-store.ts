// What a person's part of the journal says, newest first, a page at a time; events of one moment keep their order.
import { mongo, type Connection } from 'mongoose';
import { nativeCollection, sessionOf, type Tx } from '../mongo/index.ts';
import { collection, type JournalEventType, type JournalRecord } from './journal-store.ts';

export interface PastEvent {
  /** Names this event; it is good for nothing to anybody but its own account. */
  id: string;
  at: Date;
  type: JournalEventType;
  clientId: string | undefined;
  requestId: string;
  device: string;
  isNewDevice: boolean;
}

interface WhichEvents {
  types: readonly JournalEventType[];
  /** Nothing older. */
  since: Date;
  /** Only what came before this event. */
  before: PastEvent | undefined;
  limit: number;
}

export interface PastEvents {
  read: (accountId: string, which: WhichEvents) => Promise<PastEvent[]>;
  /** One event, if it is this account's. */
  find: (accountId: string, id: string) => Promise<PastEvent | undefined>;
  /** What happened stays, and who it was is gone: the events hang together under a name that leads to nobody. */
  detach: (tx: Tx, accountId: string, name: string) => Promise<void>;
}

const toEvent = ({
  _id,
  at,
  type,
  clientId,
  requestId,
  device,
  isNewDevice,
}: mongo.WithId<JournalRecord>): PastEvent => ({
  id: _id.toHexString(),
  at,
  type,
  clientId: clientId ?? undefined,
  requestId,
  device,
  isNewDevice: isNewDevice === true,
});

const isId = (id: string): boolean => /^[0-9a-f]{24}$/.test(id);

const olderThan = ({ at, id }: PastEvent): mongo.Filter<JournalRecord> => ({
  $or: [{ at: { $lt: at } }, { at, _id: { $lt: new mongo.ObjectId(id) } }],
});

export const createPastEvents = (connection: Connection): PastEvents => {
  const records = nativeCollection<JournalRecord>(connection, collection);
  return {
    find: async (accountId, id) => {
      const record = isId(id) ? await records.findOne({ _id: new mongo.ObjectId(id), accountId }) : null;
      return record === null ? undefined : toEvent(record);
    },
    detach: async (tx, accountId, name) => {
      const nobody = { accountId: name, network: '', device: 'unknown' };
      await records.updateMany({ accountId }, { $set: nobody }, { session: sessionOf(tx) });
    },
    read: async (accountId, { types, since, before, limit }) => {
      const older = before === undefined ? {} : olderThan(before);
      const ours = { accountId, at: { $gte: since }, type: { $in: [...types] }, ...older };
      const found = await records.find(ours).sort({ at: -1, _id: -1 }).limit(limit).toArray();
      return found.map(toEvent);
    },
  };
};
