// What we do ourselves with the engine's records of interactions.
import { hash, type RecordsOf } from './engine-records-store.ts';

export interface InteractionRecords {
  /** The client of an interaction, also when it is over or expired. */
  clientOfInteraction: (uid: string) => Promise<string | undefined>;
  isInteractionOpen: (uid: string) => Promise<boolean>;
  /** From now on it waits `seconds` more; false where it is over or was begun more than `atMostSeconds` ago. */
  extendInteraction: (uid: string, seconds: number, atMostSeconds: number) => Promise<boolean>;
}

interface Needs {
  recordsOf: RecordsOf;
  /** Seconds that a record outlives its expiry. */
  keptFor: number;
}

export const createInteractionRecords = ({ recordsOf, keptFor }: Needs): InteractionRecords => ({
  clientOfInteraction: async (uid) => {
    const record = await recordsOf('Interaction').findOne(
      { _id: hash(uid) },
      { projection: { 'payload.params.client_id': 1 } },
    );
    const clientId = record?.payload.params?.client_id;
    return typeof clientId === 'string' ? clientId : undefined;
  },
  isInteractionOpen: async (uid) => {
    const time = Math.floor(Date.now() / 1000); // the engine's clock is never moved
    const open = { _id: hash(uid), endedAt: { $exists: false }, 'payload.exp': { $gt: time } };
    return (await recordsOf('Interaction').countDocuments(open, { limit: 1 })) === 1;
  },
  extendInteraction: async (uid, seconds, atMostSeconds) => {
    const time = { $toLong: { $divide: [{ $toLong: '$$NOW' }, 1000] } }; // the engine's clock is never moved
    const isOpen = {
      $and: [{ $gt: ['$payload.exp', time] }, { $gt: ['$payload.iat', { $subtract: [time, atMostSeconds] }] }],
    };
    const later = [
      { $set: { 'payload.exp': { $add: [time, seconds] } } },
      { $set: { expiresAt: { $toDate: { $multiply: [{ $add: ['$payload.exp', keptFor] }, 1000] } } } },
    ];
    const open = { _id: hash(uid), endedAt: { $exists: false }, $expr: isOpen };
    return (await recordsOf('Interaction').updateOne(open, later)).matchedCount === 1;
  },
});
