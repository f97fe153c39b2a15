// One document an account, without expiry: what counts against a PIN must outlive crashes and sweeps (PIN-06, REL-07).
import type { Connection } from 'mongoose';
import { databaseTime, isDuplicate, nativeCollection, sessionOf, type Tx, type HeldEntry } from '../mongo/index.ts';
import { countTry, type PinLimits } from './count-try.ts';
import type { PinVerifier } from './pin-verifier.ts';

export type { PinLimits } from './count-try.ts';

interface PinRecord {
  _id: string;
  verifier: PinVerifier;
  /** Tries since the last right one; a try is here before it is compared. */
  tries: number;
  failures: { id: string; at: Date }[];
  lockedAt: Date | null;
  setAt: Date;
  /** Records of before these were kept do not have them. */
  digits?: 4 | 6;
  previous?: PinVerifier[];
  reminderDismissedAt?: Date | null;
}

/** `outdated`: it has another number of digits than a PIN has now. */
export type PinState = 'none' | 'locked' | 'outdated' | 'usable';

/** What there is of a PIN, and what a change of it rests on. */
export interface PinFacts {
  state: Exclude<PinState, 'none'>;
  setAt: Date;
  lockedAt: Date | null;
  verifier: PinVerifier;
  /** The newest first. */
  previous: readonly PinVerifier[];
  reminderDismissedAt: Date | null;
}

export type PinReservation =
  /** `id`: to be forgotten when the try was right. `triesLeft`: after this one, if it is wrong. */
  | { outcome: 'reserved'; id: string; verifier: PinVerifier; triesLeft: number }
  | { outcome: 'none' }
  | { outcome: 'outdated' }
  | { outcome: 'locked' };

export interface PinStore {
  stateOf: (accountId: string) => Promise<PinState>;
  read: (accountId: string) => Promise<PinFacts | undefined>;
  reserve: (accountId: string) => Promise<PinReservation>;
  /** The try was right. False where the PIN was locked meanwhile: then it counts for nothing. */
  forget: (accountId: string, reservation: string) => Promise<boolean>;
  /** The try was counted but never compared. */
  giveBack: (accountId: string, reservation: string) => Promise<void>;
  /** Until a new PIN is set; nothing where there is none. */
  lock: (accountId: string, tx?: Tx) => Promise<void>;
  /** Locks the PIN that was tried and no newer one; false where somebody else did, or it was changed. */
  lockTried: (tx: Tx, accountId: string, tried: PinVerifier) => Promise<boolean>;
  /** Sets or replaces it, if it is still what was `read`; false where somebody else was faster. Whatever counted against the old one is forgotten. */
  set: (tx: Tx, accountId: string, verifier: PinVerifier, read: PinFacts | undefined) => Promise<boolean>;
  readHeld: (accountId: string) => Promise<HeldEntry[]>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  dismissReminder: (accountId: string) => Promise<void>;
  /** Adds a PIN where there is none; leaves one that is there alone. */
  add: (accountId: string, verifier: PinVerifier) => Promise<void>;
}

interface Needs {
  connection: Connection;
  digits: 4 | 6;
  limits: PinLimits;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

const collection = 'pins';
const dayMilliseconds = 24 * 3600 * 1000;
/** Those before the one in use that must not come back (PIN-11). */
const keptVerifiers = 3;

/** Whatever counted against the PIN before is of no use to anybody now: it was tried against another one. */
const fresh = (verifier: PinVerifier, previous: PinVerifier[], { digits, now }: Pick<Needs, 'digits' | 'now'>) => {
  const counted = { tries: 0, failures: [], lockedAt: null };
  return { verifier, ...counted, setAt: now(), digits, previous, reminderDismissedAt: null };
};

export const createPinStore = (needs: Needs): PinStore => {
  const { connection, digits, limits, now, random } = needs;
  const records = nativeCollection<PinRecord>(connection, collection);
  const isLocked = ({ lockedAt, tries, failures }: PinRecord): boolean => {
    const since = now().getTime() - limits.windowDays * dayMilliseconds;
    const inWindow = failures.filter(({ at }) => at.getTime() > since).length;
    return lockedAt !== null || tries >= limits.inARow || inWindow >= limits.inWindow;
  };
  const stateOf = (record: PinRecord): PinFacts['state'] => {
    if (isLocked(record)) return 'locked';
    return (record.digits ?? digits) === digits ? 'usable' : 'outdated';
  };
  const triesLeftOf = ({ tries, failures }: PinRecord): number =>
    Math.max(0, Math.min(limits.inARow - tries, limits.inWindow - failures.length));

  return {
    stateOf: async (accountId) => {
      const record = await records.findOne({ _id: accountId });
      return record === null ? 'none' : stateOf(record);
    },
    read: async (accountId) => {
      const record = await records.findOne({ _id: accountId });
      if (record === null) return undefined;
      const { setAt, lockedAt, verifier, previous = [], reminderDismissedAt = null } = record;
      return { state: stateOf(record), setAt, lockedAt, verifier, previous, reminderDismissedAt };
    },
    reserve: async (accountId) => {
      const id = random(12).toString('base64url');
      const update = countTry({ limits, digits, time: databaseTime(now), id });
      const record = await records.findOneAndUpdate({ _id: accountId }, update, { returnDocument: 'after' });
      if (record === null) return { outcome: 'none' };
      if (!record.failures.some((failure) => failure.id === id))
        return { outcome: stateOf(record) === 'outdated' ? 'outdated' : 'locked' };
      return { outcome: 'reserved', id, verifier: record.verifier, triesLeft: triesLeftOf(record) };
    },
    forget: async (accountId, id) => {
      // A right PIN says how long it is, also where that was not written down when it was set.
      const ofThisPin = { _id: accountId, 'failures.id': id, lockedAt: null };
      const change = { $set: { tries: 0, digits }, $pull: { failures: { id } } };
      return (await records.updateOne(ofThisPin, change)).matchedCount === 1;
    },
    giveBack: async (accountId, id) => {
      const failures = { $filter: { input: '$failures', cond: { $ne: ['$$this.id', id] } } };
      const tries = { $max: [0, { $subtract: ['$tries', 1] }] }; // a right PIN in between has set it to nothing
      await records.updateOne({ _id: accountId, 'failures.id': id }, [{ $set: { tries, failures } }]);
    },
    lock: async (accountId, tx) => {
      const options = tx === undefined ? {} : { session: sessionOf(tx) };
      await records.updateOne({ _id: accountId, lockedAt: null }, { $set: { lockedAt: now() } }, options);
    },
    lockTried: async (tx, accountId, tried) => {
      const ofThisPin = { _id: accountId, 'verifier.hash': tried.hash, lockedAt: null };
      const locked = await records.updateOne(ofThisPin, { $set: { lockedAt: now() } }, { session: sessionOf(tx) });
      return locked.matchedCount === 1;
    },
    set: async (tx, accountId, verifier, read) => {
      const session = sessionOf(tx);
      if (read === undefined) {
        // Looked at first: an insert that fails would end the transaction. Who comes second conflicts, tries again and sees it.
        if ((await records.findOne({ _id: accountId }, { session })) !== null) return false;
        await records.insertOne({ _id: accountId, ...fresh(verifier, [], needs) }, { session });
        return true;
      }
      const previous = [read.verifier, ...read.previous].slice(0, keptVerifiers);
      const asRead = { _id: accountId, setAt: read.setAt, lockedAt: read.lockedAt };
      const $set = fresh(verifier, previous, needs);
      return (await records.updateOne(asRead, { $set }, { session })).matchedCount === 1;
    },
    readHeld: async (accountId) => {
      const record = await records.findOne({ _id: accountId });
      if (record === null) return [];
      const { setAt, lockedAt, tries, failures, previous = [], reminderDismissedAt } = record;
      const failedAt = failures.map(({ at }) => at.toISOString());
      const counted = { tries, failedAt, pinsBefore: previous.length };
      return [{ pinState: stateOf(record), digits: record.digits, setAt, lockedAt, reminderDismissedAt, ...counted }];
    },
    forgetPerson: async (tx, accountId) => {
      await records.deleteOne({ _id: accountId }, { session: sessionOf(tx) });
    },
    dismissReminder: async (accountId) => {
      await records.updateOne({ _id: accountId }, { $set: { reminderDismissedAt: now() } });
    },
    add: async (accountId, verifier) => {
      try {
        await records.insertOne({ _id: accountId, ...fresh(verifier, [], needs) });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
  };
};
