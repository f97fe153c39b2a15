// Browsers that a person has chosen to remember: a cookie with a random value, kept here as a hash, good for one account (BF-01).
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import {
  databaseTime,
  nativeCollection,
  sessionOf,
  type CollectionIndexes,
  type Tx,
  type HeldEntry,
} from '../mongo/index.ts';

interface DeviceRecord {
  _id: string;
  accountId: string;
  /** Names of browser and system. */
  name: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** `cookie`: what the browser sent; it may hold the tokens of several people who share the browser. */
export interface Devices {
  /** A new value for the browser's cookie, good once it is remembered. Its token is always a fresh one: a cookie that somebody planted must not become good. */
  draw: (cookie: string | undefined) => string;
  /** Remembers the browser that a cookie was drawn for. */
  remember: (tx: Tx, accountId: string, name: string, drawn: string) => Promise<void>;
  /** True for a remembered browser of this account, which is noted as seen now. */
  isKnown: (accountId: string, cookie: string | undefined) => Promise<boolean>;
  /** No browser of this account is remembered any more, but the one that `kept` is the cookie of. Tells how many were. */
  forgetAll: (tx: Tx, accountId: string, kept?: string) => Promise<number>;
  /** False where this is no remembered browser of this account. */
  forget: (tx: Tx, accountId: string, id: string) => Promise<boolean>;
  readHeld: (accountId: string) => Promise<HeldEntry[]>;
  /** The account's remembered browsers, the one seen last first. */
  list: (accountId: string, cookie: string | undefined) => Promise<RememberedBrowser[]>;
}

export interface RememberedBrowser {
  /** Names it to its own account. It is no token: with it nobody is remembered. */
  id: string;
  /** Names of browser and system. */
  name: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  /** The one that sent the cookie. */
  isThis: boolean;
}

interface Needs {
  connection: Connection;
  lifetimeSeconds: number;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

const collection = 'devices';
export const deviceIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { accountId: 1 }, name: 'by-account' },
    { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

const mostPeople = 5;
const tokensIn = (cookie = ''): string[] =>
  cookie
    .split('.')
    .filter((token) => /^[\w-]{32}$/.test(token))
    .slice(0, mostPeople);
const hash = (token: string): string => createHash('sha256').update(`device:v1:${token}`).digest('base64url');

export const createDevices = ({ connection, lifetimeSeconds, now, random }: Needs): Devices => {
  const records = nativeCollection<DeviceRecord>(connection, collection);
  const isGood = () => ({ $gt: ['$expiresAt', databaseTime(now)] });
  return {
    draw: (cookie) => [random(24).toString('base64url'), ...tokensIn(cookie)].slice(0, mostPeople).join('.'),
    remember: async (tx, accountId, name, drawn) => {
      const [token = ''] = tokensIn(drawn);
      const at = now();
      const expiresAt = new Date(at.getTime() + lifetimeSeconds * 1000);
      const record = { _id: hash(token), accountId, name, firstSeenAt: at, lastSeenAt: at, expiresAt };
      await records.insertOne(record, { session: sessionOf(tx) });
    },
    isKnown: async (accountId, cookie) => {
      const tokens = tokensIn(cookie);
      if (tokens.length === 0) return false;
      const ours = { _id: { $in: tokens.map(hash) }, accountId, $expr: isGood() };
      return (await records.updateOne(ours, { $set: { lastSeenAt: now() } })).matchedCount === 1;
    },
    forgetAll: async (tx, accountId, kept) => {
      const others = { accountId, _id: { $nin: tokensIn(kept).map(hash) } };
      return (await records.deleteMany(others, { session: sessionOf(tx) })).deletedCount;
    },
    forget: async (tx, accountId, id) =>
      (await records.deleteOne({ _id: id, accountId }, { session: sessionOf(tx) })).deletedCount === 1,
    readHeld: async (accountId) => {
      const found = await records.find({ accountId }).toArray();
      return found.map(({ name, firstSeenAt, lastSeenAt, expiresAt }) => ({
        device: name,
        firstSeenAt,
        lastSeenAt,
        expiresAt,
      }));
    },
    list: async (accountId, cookie) => {
      const own = new Set(tokensIn(cookie).map(hash));
      const found = await records.find({ accountId, $expr: isGood() }).sort({ lastSeenAt: -1, _id: 1 }).toArray();
      return found.map(({ _id: id, accountId: _accountId, ...browser }) => ({ id, ...browser, isThis: own.has(id) }));
    },
  };
};
