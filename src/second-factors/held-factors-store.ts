// Which second factors a person has and since when, for that person and for their deletion: no secret, no hash.
import type { Connection } from 'mongoose';
import { nativeCollection, sessionOf, type HeldEntry, type Tx } from '../mongo/index.ts';

interface FactorRecord {
  _id: string;
  confirmedAt?: Date;
  switchedOnAt?: Date;
  madeAt?: Date;
  left?: string[];
}

export const createHeldFactors = (connection: Connection) => {
  const of = (collection: 'totp_factors' | 'sms_factors' | 'recovery_codes') => {
    const records = nativeCollection<FactorRecord>(connection, collection);
    return {
      readHeld: async (accountId: string): Promise<HeldEntry[]> => {
        const record = await records.findOne({ _id: accountId });
        if (record === null) return [];
        const { confirmedAt, switchedOnAt, madeAt, left } = record;
        return [{ at: confirmedAt ?? switchedOnAt ?? madeAt, codesLeft: left?.length }];
      },
      forgetPerson: async (tx: Tx, accountId: string): Promise<void> => {
        await records.deleteOne({ _id: accountId }, { session: sessionOf(tx) });
      },
    };
  };
  return { totp: of('totp_factors'), sms: of('sms_factors'), recoveryCodes: of('recovery_codes') };
};
