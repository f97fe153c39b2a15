// Giving somebody their access back: who a contact may give it to, and the new password in place of the lost one.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { PasswordVerifier } from '../passwords/index.ts';
import type { AccountModels } from './account-records-store.ts';
import { canRecoverWith, type Account } from './account.ts';
import type { ContactChanges, ContactKind } from './contact-changes-store.ts';
import type { Identifier } from './identifier.ts';

/** To be written with whatever a recovery that is under way must not outlive. */
export const endRecoveries = { $inc: { recoveryEpoch: 1 } } as const;

export interface RecoveryRecords {
  /** Whom this contact may give their access back: it is theirs and was not new a day ago, or was theirs and can still be taken back (ATT-R12). The same look-ups for everybody. */
  findRecoverable: (contact: { kind: ContactKind; value: string }) => Promise<Account | undefined>;
  /** Sets the password of a person who had lost it, and ends every other recovery. False where this one was ended, or nobody signs in to the account. */
  recoverPassword: (
    tx: Tx,
    accountId: string,
    recovery: { epoch: number; fresh: PasswordVerifier },
  ) => Promise<boolean>;
  /** No recovery that has begun sets a password any more. */
  stopRecoveries: (tx: Tx, accountId: string) => Promise<void>;
}

interface Needs {
  models: AccountModels;
  changes: ContactChanges;
  findHolder: (identifier: Identifier) => Promise<Account | undefined>;
  now: () => Date;
}

export const createRecoveryRecords = ({ models, changes, findHolder, now }: Needs): RecoveryRecords => {
  const { AccountModel } = models;
  return {
    findRecoverable: async ({ kind, value }) => {
      const account = await findHolder({ kind, value });
      const before = await changes.readBefore(account?.id ?? 'nobody', kind, value, now());
      const own = account?.[kind];
      const contact = own?.value === value ? own : before;
      const isAble = contact !== undefined && canRecoverWith(contact, now());
      return isAble && account?.state !== 'disabled' ? account : undefined;
    },
    recoverPassword: async (tx, accountId, { epoch, fresh }) => {
      const same = epoch === 0 ? { $in: [0, null] } : epoch;
      const at = now();
      const { matchedCount } = await AccountModel.updateOne(
        { _id: accountId, state: { $ne: 'disabled' }, recoveryEpoch: same },
        { $set: { passwordVerifier: fresh, passwordChangedAt: at, recoveredAt: at }, ...endRecoveries },
        { session: sessionOf(tx) },
      );
      return matchedCount === 1;
    },
    stopRecoveries: async (tx, accountId) => {
      await AccountModel.updateOne({ _id: accountId }, endRecoveries, { session: sessionOf(tx) });
    },
  };
};
