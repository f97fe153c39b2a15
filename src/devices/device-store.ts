// Browsers that a person has chosen to remember: a cookie with a random value, kept here as a hash, good for one account (BF-01).
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';

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
  /** Remembers a browser and returns the new value for its cookie. The token is always a fresh one: a cookie that somebody planted must not become good. */
  remember: (accountId: string, name: string, cookie: string | undefined) => Promise<string>;
  /** True for a remembered browser of this account, which is noted as seen now. */
  isKnown: (accountId: string, cookie: string | undefined) => Promise<boolean>;
  /** No browser of this account is remembered any more, but the one that `kept` is the cookie of. */
  forgetAll: (tx: Tx, accountId: string, kept?: string) => Promise<void>;
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
  return {
    remember: async (accountId, name, cookie) => {
      const token = random(24).toString('base64url');
      const at = now();
      const expiresAt = new Date(at.getTime() + lifetimeSeconds * 1000);
      await records.insertOne({ _id: hash(token), accountId, name, firstSeenAt: at, lastSeenAt: at, expiresAt });
      return [token, ...tokensIn(cookie)].slice(0, mostPeople).join('.');
    },
    isKnown: async (accountId, cookie) => {
      const tokens = tokensIn(cookie);
      if (tokens.length === 0) return false;
      const isGood = { $expr: { $gt: ['$expiresAt', databaseTime(now)] } };
      const ours = { _id: { $in: tokens.map(hash) }, accountId, ...isGood };
      return (await records.updateOne(ours, { $set: { lastSeenAt: now() } })).matchedCount === 1;
    },
    forgetAll: async (tx, accountId, kept) => {
      const others = { accountId, _id: { $nin: tokensIn(kept).map(hash) } };
      await records.deleteMany(others, { session: sessionOf(tx) });
    },
  };
};
