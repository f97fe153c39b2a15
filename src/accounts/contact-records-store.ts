// A contact that a person adds to an account: proved, and nobody else's.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { AccountModels } from './account-records-store.ts';
import { identifierId } from './identifier.ts';

export interface NewContact {
  kind: 'phone' | 'email';
  value: string;
  confirmedAt: Date;
}

export interface ContactRecords {
  /** Nothing is written where the contact is somebody's, or the account has one of this kind already. */
  addContact: (tx: Tx, accountId: string, contact: NewContact) => Promise<{ outcome: 'added' } | { outcome: 'taken' }>;
}

interface Needs {
  models: AccountModels;
  identifierKey: Buffer;
  now: () => Date;
}

export const createContactRecords = ({ models, identifierKey, now }: Needs): ContactRecords => ({
  addContact: async (tx, accountId, { kind, value, confirmedAt }) => {
    const session = sessionOf(tx);
    const { AccountModel, IdentifierModel } = models;
    const id = identifierId(identifierKey, { kind, value });
    // Looked at first: an insert that fails would end the caller's transaction.
    if ((await IdentifierModel.exists({ _id: id }).session(session)) !== null) return { outcome: 'taken' };

    const $set = { [kind]: { value, confirmedAt }, updatedAt: now() };
    const filter = { _id: accountId, [kind]: { $exists: false } };
    const { matchedCount } = await AccountModel.updateOne(filter, { $set }, { session });
    if (matchedCount === 0) return { outcome: 'taken' };

    await IdentifierModel.create([{ _id: id, accountId }], { session });
    return { outcome: 'added' };
  },
});
