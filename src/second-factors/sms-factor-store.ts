// Whether a person wants a code by SMS at each sign-in: a mark of its own, since it is theirs to switch.
import type { Connection } from 'mongoose';
import { nativeCollection, optionsOf, sessionOf, type Tx } from '../mongo/index.ts';

interface SmsFactorRecord {
  _id: string;
  switchedOnAt: Date;
}

export interface SmsFactorStore {
  isOn: (accountId: string, tx?: Tx) => Promise<boolean>;
  /** False where it was on already. */
  switchOn: (tx: Tx, accountId: string) => Promise<boolean>;
  /** False where it was off already. */
  switchOff: (tx: Tx, accountId: string) => Promise<boolean>;
  removeAddedSince: (tx: Tx, accountId: string, since: Date) => Promise<void>;
}

export const createSmsFactorStore = (connection: Connection, now: () => Date): SmsFactorStore => {
  const records = nativeCollection<SmsFactorRecord>(connection, 'sms_factors');
  return {
    isOn: async (accountId, tx) => (await records.findOne({ _id: accountId }, optionsOf(tx))) !== null,
    switchOn: async (tx, accountId) => {
      const options = { upsert: true, session: sessionOf(tx) };
      const change = { $setOnInsert: { switchedOnAt: now() } };
      return (await records.updateOne({ _id: accountId }, change, options)).upsertedCount === 1;
    },
    removeAddedSince: async (tx, accountId, since) => {
      await records.deleteOne({ _id: accountId, switchedOnAt: { $gte: since } }, { session: sessionOf(tx) });
    },
    switchOff: async (tx, accountId) =>
      (await records.deleteOne({ _id: accountId }, { session: sessionOf(tx) })).deletedCount === 1,
  };
};
