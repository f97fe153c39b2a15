// Six digits, or two times six, for one flow, one purpose and one destination; counted before they are compared, spent once (N-06, N-14, BF-07).
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';

export type CodePurpose = 'sign-in' | 'registration' | 'recovery' | 'pin' | 'contact' | 'second-factor';

/** What a code is bound to. `destination`: the phone or e-mail it goes to. */
export interface CodeBinding {
  flowId: string;
  purpose: CodePurpose;
  destination: string;
}

export interface CodeLimits {
  /** Seconds. */
  lifetime: number;
  submissions: number;
}

export type CodeCheck =
  | { outcome: 'right' }
  /** With no tries left, no new code of this flow helps either. */
  | { outcome: 'wrong'; triesLeft: number }
  /** Expired, spent, or out of tries: nothing was compared. */
  | { outcome: 'over' }
  /** Not six digits: no try was made. */
  | { outcome: 'malformed' };

export interface Codes {
  /** Random digits, to be put and sent together. */
  draw: () => string;
  /** Voids the code before it; the tries made so far stay counted. Says until when the code is good. */
  put: (tx: Tx, binding: CodeBinding, code: string) => Promise<Date>;
  spend: (binding: CodeBinding, typed: string) => Promise<CodeCheck>;
}

interface CodeRecord {
  _id: string;
  mac: string;
  tries: number;
  spentAt: Date | null;
  expiresAt: Date;
  sweepAt: Date;
}

interface Needs {
  connection: Connection;
  key: Buffer;
  limits: CodeLimits;
  now: () => Date;
}

const collection = 'codes';
export const codeIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const keptMilliseconds = 24 * 3600 * 1000;

/** People type codes with spaces and hyphens. Two codes that are judged together are twelve digits. */
const readDigits = (typed: string): string | undefined => {
  const digits = typed.replace(/[\s-]/g, '');
  return /^(?:[0-9]{6}){1,2}$/.test(digits) ? digits : undefined;
};

export const createCodes = ({ connection, key, limits, now }: Needs): Codes => {
  const records = nativeCollection<CodeRecord>(connection, collection);
  const hash = (...parts: string[]) =>
    createHmac('sha256', key)
      .update(['code:v1', ...parts].join('\u001f'))
      .digest('base64url');
  const idOf = ({ flowId, purpose }: CodeBinding) => hash('id', flowId, purpose);
  const macOf = ({ flowId, purpose, destination }: CodeBinding, code: string) =>
    hash('mac', flowId, purpose, destination, code);

  const compare = (record: CodeRecord, binding: CodeBinding, digits: string): boolean =>
    timingSafeEqual(Buffer.from(record.mac), Buffer.from(macOf(binding, digits)));

  return {
    draw: () => String(randomInt(0, 1_000_000)).padStart(6, '0'),
    put: async (tx, binding, code) => {
      const expiresAt = new Date(now().getTime() + limits.lifetime * 1000);
      const sweepAt = new Date(now().getTime() + keptMilliseconds);
      const $set = { mac: macOf(binding, code), spentAt: null, expiresAt, sweepAt };
      const options = { upsert: true, session: sessionOf(tx) };
      await records.updateOne({ _id: idOf(binding) }, { $set, $setOnInsert: { tries: 0 } }, options);
      return expiresAt;
    },
    spend: async (binding, typed) => {
      const digits = readDigits(typed);
      if (digits === undefined) return { outcome: 'malformed' };

      const isGood = { $expr: { $gt: ['$expiresAt', databaseTime(now)] } };
      const record = await records.findOneAndUpdate(
        { _id: idOf(binding), spentAt: null, tries: { $lt: limits.submissions }, ...isGood },
        { $inc: { tries: 1 } }, // counted first: parallel guesses must not outrun the limit
        { returnDocument: 'after' },
      );
      if (record === null) return { outcome: 'over' };
      if (!compare(record, binding, digits)) return { outcome: 'wrong', triesLeft: limits.submissions - record.tries };

      const spent = await records.updateOne(
        { _id: record._id, mac: record.mac, spentAt: null },
        { $set: { spentAt: now() } },
      );
      return spent.matchedCount === 1 ? { outcome: 'right' } : { outcome: 'over' };
    },
  };
};
