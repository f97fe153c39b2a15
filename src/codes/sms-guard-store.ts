// Keeps SMS from being turned into somebody's income: budgets for networks and number ranges, and a breaker when codes are sent and not used (SMS-02).
import type { Connection } from 'mongoose';
import { nativeCollection, retryOnDuplicate, type CollectionIndexes } from '../mongo/index.ts';
import type { SendRules, Sends } from './send-store.ts';

export interface SmsLimits {
  perNetwork: SendRules;
  /** Of numbers that begin with the same seven digits. */
  perRange: SendRules;
  /** Closed when of at least `sent` messages in a day less than `usedShare` were used. */
  breaker: { sent: number; usedShare: number };
}

export type SmsPurpose = 'sign-in' | 'second-factor' | 'registration' | 'pin' | 'contact' | 'recovery';

interface CountRecord {
  _id: string;
  sent: number;
  used: number;
  sweepAt: Date;
}

export interface SmsGuard {
  /** Counts one SMS; false when it must not go. */
  admit: (destination: string, network: string) => Promise<boolean>;
  /** The same, where it is not known yet whether one goes: `noteSent` tells it. */
  mayGo: (destination: string, network: string) => Promise<boolean>;
  /** Whether an SMS went after `mayGo`; both cost the same. */
  noteSent: (isSent: boolean) => Promise<void>;
  /** A code that came by SMS was right. */
  noteUsed: () => Promise<void>;
}

interface Needs {
  connection: Connection;
  sends: Sends;
  limits: SmsLimits;
  /** Without a gateway nothing is spent and nothing is guarded. */
  isOn: boolean;
  /** What the messages are for: each purpose has counters and a breaker of its own, so that one cannot stop the other. */
  purpose: SmsPurpose;
  now: () => Date;
}

const collection = 'sms_counts';
export const smsGuardIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const dayMilliseconds = 24 * 3600 * 1000;

const createSmsGuard = ({ connection, sends, limits, isOn, purpose, now }: Needs): SmsGuard => {
  const records = nativeCollection<CountRecord>(connection, collection);
  const count = async (change: { sent: number; used: number }): Promise<void> => {
    if (!isOn) return;
    const hour = `${purpose}:${now().toISOString().slice(0, 13)}`;
    const sweepAt = new Date(now().getTime() + 2 * dayMilliseconds);
    await retryOnDuplicate(() =>
      records.updateOne({ _id: hour }, { $inc: change, $set: { sweepAt } }, { upsert: true }),
    );
  };

  const isBroken = async (): Promise<boolean> => {
    const since = new Date(now().getTime() - dayMilliseconds).toISOString().slice(0, 13);
    const hours = await records.find({ _id: { $gte: `${purpose}:${since}`, $lt: `${purpose}:~` } }).toArray();
    const sum = (field: 'sent' | 'used') => hours.reduce((total, hour) => total + hour[field], 0);
    const sent = sum('sent');
    return sent >= limits.breaker.sent && sum('used') / sent < limits.breaker.usedShare;
  };

  const mayGo = async (destination: string, network: string): Promise<boolean> => {
    if (!isOn) return true;
    if (await isBroken()) return false;
    // The network first: whoever has used up their own share takes nothing from a whole range of people.
    if ((await sends.reserve(`${purpose}:network:${network}`, limits.perNetwork)).outcome === 'wait') return false;
    const range = `${purpose}:range:${destination.slice(0, 8)}`;
    return (await sends.reserve(range, limits.perRange)).outcome === 'reserved';
  };
  const noteSent = (isSent: boolean): Promise<void> => count({ sent: isSent ? 1 : 0, used: 0 });

  return {
    mayGo,
    noteSent,
    admit: async (destination, network) => {
      const isAdmitted = await mayGo(destination, network);
      if (isAdmitted) await noteSent(true);
      return isAdmitted;
    },
    noteUsed: () => count({ sent: 0, used: 1 }),
  };
};

/** One for each purpose. */
export const createSmsGuards =
  (needs: Omit<Needs, 'purpose'>) =>
  (purpose: SmsPurpose): SmsGuard =>
    createSmsGuard({ ...needs, purpose });
