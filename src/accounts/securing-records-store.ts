// What makes an account safe when a stranger may have been in it: nothing here is ever undone by a second call.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { PasswordVerifier } from '../passwords/index.ts';
import type { AccountModels } from './account-records-store.ts';
import { endRecoveries } from './recovery-records-store.ts';

export interface SecuringRecords {
  /** Writes a new password in the place of the one that was compared; false where that is no longer there. */
  replacePassword: (tx: Tx, accountId: string, compared: PasswordVerifier, fresh: PasswordVerifier) => Promise<boolean>;
  /** From this write on no password is right, until a new one is set. Its verifier is gone: whoever compared it a moment ago finds it there no more. */
  voidPassword: (tx: Tx, accountId: string) => Promise<void>;
  /** Holds what does much harm until then, or longer where it is held longer already. */
  holdHighRisk: (tx: Tx, accountId: string, until: Date) => Promise<void>;
}

export const createSecuringRecords = ({ AccountModel }: AccountModels, now: () => Date): SecuringRecords => ({
  replacePassword: async (tx, accountId, compared, fresh) => {
    const { matchedCount } = await AccountModel.updateOne(
      { _id: accountId, 'passwordVerifier.hash': compared.hash },
      { $set: { passwordVerifier: fresh, passwordChangedAt: now() }, ...endRecoveries },
      { session: sessionOf(tx) },
    );
    return matchedCount === 1;
  },
  voidPassword: async (tx, accountId) => {
    const change = { $unset: { passwordVerifier: 1 }, ...endRecoveries } as const;
    await AccountModel.updateOne({ _id: accountId }, change, { session: sessionOf(tx) });
  },
  holdHighRisk: async (tx, accountId, until) => {
    // Counted, because a write that changes nothing would pass by whatever ends sign-ins at the same moment.
    const change = { $max: { highRiskHeldUntil: until }, $inc: { signIns: 1 } };
    await AccountModel.updateOne({ _id: accountId }, change, { session: sessionOf(tx) });
  },
});
