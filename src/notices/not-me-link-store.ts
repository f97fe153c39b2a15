// The links behind "this was not me": written with their notice, kept as a hash, good for a few days, of use once.
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Connection } from 'mongoose';
import {
  databaseTime,
  nativeCollection,
  sessionOf,
  type CollectionIndexes,
  type Tx,
  type HeldEntry,
} from '../mongo/index.ts';

/** What a notice told, to be kept as evidence. */
export interface ToldEvent {
  accountId: string;
  /** The notice's kind. */
  kind: string;
  at: Date;
  /** Names of browser and system. */
  device: string;
  requestId: string | null;
}

interface LinkRecord extends ToldEvent {
  _id: string;
  spentAt: Date | null;
  /** What the press did. */
  did?: LinkEffect;
  expiresAt: Date;
}

/** `stopped`: nothing had happened yet but a recovery that had begun. */
export type LinkEffect = 'secured' | 'stopped';

export type FoundLink = { state: 'open'; event: ToldEvent } | { state: 'spent'; did: LinkEffect };

export interface NotMeLinks {
  /** Writes a link and returns its address. The same event gets the same link, so that a transaction that is tried again writes one. */
  write: (tx: Tx, event: ToldEvent) => Promise<string>;
  /** Undefined for what never was a link, and for one whose time is over. */
  find: (token: string) => Promise<FoundLink | undefined>;
  /** One caller spends it. */
  spend: (tx: Tx, token: string, did: LinkEffect) => Promise<boolean>;
  /** What was told of an account until now has been answered. */
  spendAll: (tx: Tx, accountId: string) => Promise<void>;
  readHeld: (accountId: string) => Promise<HeldEntry[]>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
}

interface Needs {
  connection: Connection;
  /** Links are made under a key of their own that comes from this one. */
  key: Buffer;
  issuer: URL;
  lifetimeSeconds: number;
  /** Of kinds that can be stopped for longer. */
  lifetimes: Readonly<Record<string, number>>;
  now: () => Date;
}

const collection = 'not_me_links';
export const notMeLinkIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { accountId: 1 }, name: 'by-account' },
    { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 0 },
  ],
};

/** 128 bits, short enough for an SMS. */
const tokenBytes = 16;
const isToken = (token: string): boolean => /^[\w-]{22}$/.test(token);
const hash = (token: string): string => createHash('sha256').update(`not-me:v1:${token}`).digest('base64url');

export const createNotMeLinks = ({ connection, key, issuer, lifetimeSeconds, lifetimes, now }: Needs): NotMeLinks => {
  const records = nativeCollection<LinkRecord>(connection, collection);
  const ownKey = Buffer.from(hkdfSync('sha256', key, '', 'not-me-links:v1', 32));
  // No randomness in a transaction: nobody without the key can work a token out, whatever they know of the event.
  const tokenFor = ({ accountId, kind, at, device, requestId }: ToldEvent): string =>
    createHmac('sha256', ownKey)
      .update(JSON.stringify([accountId, kind, at.getTime(), device, requestId]))
      .digest()
      .subarray(0, tokenBytes)
      .toString('base64url');
  const isGood = () => ({ $expr: { $gt: ['$expiresAt', databaseTime(now)] } });

  return {
    write: async (tx, event) => {
      const token = tokenFor(event);
      const seconds = lifetimes[event.kind] ?? lifetimeSeconds;
      const expiresAt = new Date(event.at.getTime() + seconds * 1000);
      const { accountId, kind, at, device, requestId } = event;
      const $setOnInsert = { accountId, kind, at, device, requestId, spentAt: null, expiresAt };
      await records.updateOne({ _id: hash(token) }, { $setOnInsert }, { upsert: true, session: sessionOf(tx) });
      return `${issuer.origin}/not-me/${token}`;
    },
    find: async (token) => {
      if (!isToken(token)) return undefined;
      const record = await records.findOne({ _id: hash(token), ...isGood() });
      if (record === null) return undefined;
      const { accountId, kind, at, device, requestId, spentAt, did = 'secured' } = record;
      return spentAt === null
        ? { state: 'open', event: { accountId, kind, at, device, requestId } }
        : { state: 'spent', did };
    },
    spend: async (tx, token, did) => {
      const open = { _id: hash(token), spentAt: null, ...isGood() };
      const spent = await records.updateOne(open, { $set: { spentAt: now(), did } }, { session: sessionOf(tx) });
      return spent.matchedCount === 1;
    },
    readHeld: async (accountId) => {
      const found = await records.find({ accountId }).toArray();
      return found.map(({ kind, at, device, requestId, spentAt, expiresAt }) => ({
        told: kind,
        at,
        device,
        requestId,
        spentAt,
        expiresAt,
      }));
    },
    forgetPerson: async (tx, accountId) => {
      await records.deleteMany({ accountId }, { session: sessionOf(tx) });
    },
    spendAll: async (tx, accountId) => {
      const $set = { spentAt: now() };
      await records.updateMany({ accountId, spentAt: null }, { $set }, { session: sessionOf(tx) });
    },
  };
};
