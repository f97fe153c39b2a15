// What we do ourselves with the engine's records of sessions and Grants.
import { sessionOf, type Tx } from '../../mongo/index.ts';
import type { RecordsOf } from './engine-records-store.ts';
import type { LogoutCall } from '../sign-out/logout-call.ts';

export interface WhichGrants {
  accountId?: string | undefined;
  sessionUid?: string | undefined;
  exceptSessionUid?: string | undefined;
  clientId?: string | undefined;
}

export interface WhichSessions {
  accountId: string;
  sessionUid?: string | undefined;
  exceptSessionUid?: string | undefined;
}

/** A session that the engine would still take; whether the account lets it count is another question. */
export interface OpenSession {
  sessionUid: string;
  /** When the person signed in, in epoch seconds. */
  since: number;
  /** The services that were visited in it. */
  clientIds: string[];
}

export interface SessionRecords {
  /** Those that are not past their end by themselves. */
  sessionsOf: (accountId: string) => Promise<OpenSession[]>;
  /** Grants are the effective switch: without its Grant every refresh token and opaque token is dead. Tells how many there were. */
  destroyGrants: (tx: Tx, which: WhichGrants) => Promise<number>;
  /** The services that got something in these sessions, each with the session's name at that service. */
  servicesOf: (which: WhichSessions) => Promise<LogoutCall[]>;
  /** Removes the rows of a session that has been marked as ended. */
  sweepSession: (sessionUid: string) => Promise<void>;
  /** The session stays until `end`, in epoch seconds; an earlier end than the one it has changes nothing. */
  prolongSession: (sessionUid: string, end: number) => Promise<void>;
  /** Sessions, Grants and refresh tokens of one person; what else there is of them lives minutes and is dead without its Grant. */
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  /** The session no longer knows the service. */
  forgetService: (sessionUid: string, clientId: string) => Promise<void>;
}

interface Needs {
  recordsOf: RecordsOf;
  /** Seconds that a record outlives its expiry. */
  keptFor: number;
}

export const createSessionRecords = ({ recordsOf, keptFor }: Needs): SessionRecords => ({
  destroyGrants: async (tx, { accountId, sessionUid, exceptSessionUid, clientId }) => {
    const filter = {
      ...(accountId === undefined ? {} : { 'payload.accountId': accountId }),
      ...(clientId === undefined ? {} : { 'payload.clientId': clientId }),
      ...(sessionUid === undefined ? {} : { sessionUid }),
      ...(exceptSessionUid === undefined ? {} : { sessionUid: { $ne: exceptSessionUid } }),
    };
    if (Object.keys(filter).length === 0) throw new Error('say which Grants');
    return (await recordsOf('Grant').deleteMany(filter, { session: sessionOf(tx) })).deletedCount;
  },
  servicesOf: async ({ accountId, sessionUid, exceptSessionUid }) => {
    const uid = sessionUid === undefined ? {} : { 'payload.uid': sessionUid };
    const except = exceptSessionUid === undefined ? {} : { 'payload.uid': { $ne: exceptSessionUid } };
    const rows = await recordsOf('Session')
      .find({ 'payload.accountId': accountId, ...uid, ...except })
      .toArray();
    const authorizations = rows.flatMap(({ payload }) => Object.entries(payload.authorizations ?? {}));
    return authorizations.flatMap(([clientId, { sid }]) => (sid === undefined ? [] : [{ clientId, accountId, sid }]));
  },
  sessionsOf: async (accountId) => {
    const time = { $divide: [{ $toLong: '$$NOW' }, 1000] }; // the engine's clock is never moved
    const open = { 'payload.accountId': accountId, $expr: { $gt: ['$payload.exp', time] } };
    const rows = await recordsOf('Session').find(open).sort({ 'payload.exp': 1 }).toArray();
    // A session that takes a new cookie has two rows for a moment: the later one counts.
    const byUid = new Map(rows.map(({ payload }) => [payload.uid ?? '', payload]));
    return [...byUid].map(([sessionUid, { loginTs = 0, authorizations = {} }]) => ({
      sessionUid,
      since: loginTs,
      clientIds: Object.keys(authorizations),
    }));
  },
  sweepSession: async (sessionUid) => {
    await recordsOf('Session').deleteMany({ 'payload.uid': sessionUid });
  },
  // Only its end is written: the engine may be writing the rest at this moment.
  prolongSession: async (sessionUid, end) => {
    const later = { 'payload.exp': end, expiresAt: new Date((end + keptFor) * 1000) };
    await recordsOf('Session').updateOne({ 'payload.uid': sessionUid }, { $max: later });
  },
  forgetPerson: async (tx, accountId) => {
    for (const model of ['Session', 'Grant', 'RefreshToken'] as const)
      await recordsOf(model).deleteMany({ 'payload.accountId': accountId }, { session: sessionOf(tx) });
  },
  forgetService: async (sessionUid, clientId) => {
    // A client id may hold dots, which a plain path would read as levels.
    const left = {
      $setField: { field: { $literal: clientId }, input: '$payload.authorizations', value: '$$REMOVE' },
    };
    const change = [{ $set: { 'payload.authorizations': left } }, { $unset: 'payload.state' }];
    await recordsOf('Session').updateMany(
      { 'payload.uid': sessionUid, 'payload.authorizations': { $exists: true } },
      change,
    );
  },
});
