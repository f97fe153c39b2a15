// An account on its way out: asked for once, taken back while there is time, and then gone with its identifiers.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { ContactChanges } from './contact-changes-store.ts';
import type { AccountModels } from './account-records-store.ts';

export interface LeavingRecords {
  /** One caller begins it; false where the account is not active any more. */
  leave: (tx: Tx, accountId: string, deleteAt: Date) => Promise<boolean>;
  /** One caller takes it back; false where it is not leaving, or the time is over. */
  stay: (tx: Tx, accountId: string) => Promise<boolean>;
  /** Accounts whose time is over, the longest over first. */
  listDue: (most: number) => Promise<string[]>;
  /** One caller removes the account whose time is over, and frees its identifiers. */
  remove: (tx: Tx, accountId: string) => Promise<boolean>;
}

export const createLeavingRecords = (
  { AccountModel, IdentifierModel }: AccountModels,
  changes: Pick<ContactChanges, 'forget'>,
  now: () => Date,
): LeavingRecords => ({
  leave: async (tx, accountId, deleteAt) => {
    const active = { _id: accountId, state: 'active' } as const;
    const $set = { state: 'leaving', deleteAt } as const;
    return (await AccountModel.updateOne(active, { $set }, { session: sessionOf(tx) })).matchedCount === 1;
  },
  stay: async (tx, accountId) => {
    const leaving = { _id: accountId, state: 'leaving', deleteAt: { $gt: now() } } as const;
    const change = { $set: { state: 'active' }, $unset: { deleteAt: 1 } } as const;
    return (await AccountModel.updateOne(leaving, change, { session: sessionOf(tx) })).matchedCount === 1;
  },
  listDue: async (most) => {
    const due = { state: 'leaving', deleteAt: { $lte: now() } } as const;
    const found = await AccountModel.find(due, { _id: 1 }).sort({ deleteAt: 1 }).limit(most).lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  },
  remove: async (tx, accountId) => {
    const session = sessionOf(tx);
    const due = { _id: accountId, state: 'leaving', deleteAt: { $lte: now() } } as const;
    if ((await AccountModel.deleteOne(due, { session })).deletedCount === 0) return false;
    await IdentifierModel.deleteMany({ accountId }, { session });
    await changes.forget(tx, accountId);
    return true;
  },
});
