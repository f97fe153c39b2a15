// A sign-in is noted on the account, in one write that holds only while it may count: whatever ends sign-ins later ends this one too.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { AccountModels } from './account-records-store.ts';
import type { PasswordVerifier } from '../passwords/index.ts';

export interface SignInRecords {
  /**
   * Notes a sign-in, to be stamped `at` (epoch seconds), only while the password that was compared is still the account's.
   * No clock decides that: between the look at the verifier and the end of its hash it may have been voided or changed.
   */
  admitSignIn: (accountId: string, compared: PasswordVerifier | undefined, at: number) => Promise<boolean>;
  /** True while a sign-in that was admitted still counts; what the transaction writes with it is there before sign-ins are ended, or not at all. */
  keepSignIn: (tx: Tx, accountId: string, at: number) => Promise<boolean>;
  /** Written first by what must not pass by a change of the account at the same moment: one of the two waits for the other, and sees it. */
  holdStill: (tx: Tx, accountId: string) => Promise<void>;
}

/** A counter, because a write that changes nothing would pass by a transaction that is under way. */
const $inc = { signIns: 1 };

export const createSignInRecords = ({ AccountModel }: AccountModels): SignInRecords => ({
  admitSignIn: async (accountId, compared, at) => {
    if (compared === undefined) return false;
    const isStill = { _id: accountId, state: 'active', 'passwordVerifier.hash': compared.hash } as const;
    const { matchedCount } = await AccountModel.updateOne(isStill, {
      $inc,
      $max: { lastSignInAt: new Date(at * 1000) },
    });
    return matchedCount === 1;
  },
  keepSignIn: async (tx, accountId, at) => {
    const counts = { _id: accountId, state: 'active', sessionsValidFrom: { $lte: new Date(at * 1000) } } as const;
    const { matchedCount } = await AccountModel.updateOne(counts, { $inc }, { session: sessionOf(tx) });
    return matchedCount === 1;
  },
  holdStill: async (tx, accountId) => {
    await AccountModel.updateOne({ _id: accountId }, { $inc }, { session: sessionOf(tx) });
  },
});
