// The contacts of an account: proved, nobody else's, and never fewer than one that is confirmed.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { AccountDocument } from './account-records-store.ts';
import type { Contact } from './account.ts';
import type { ContactKind } from './contact-changes-store.ts';
import { createContactIdentifiers, type ContactNeeds } from './contact-identifiers-store.ts';
import { createRestoreContacts } from './restore-contacts-store.ts';

export interface NewContact {
  kind: ContactKind;
  value: string;
  confirmedAt: Date;
}

/** `became`: whether there was a confirmed one of this kind before. */
export type ContactSet =
  | { outcome: 'set'; became: 'added' | 'changed'; before: Contact | undefined }
  | { outcome: 'same' }
  | { outcome: 'taken' };
export type ContactRemoved = { outcome: 'removed'; before: Contact } | { outcome: 'last' } | { outcome: 'none' };

export interface ContactRecords {
  /** Nothing is written where the contact is somebody's, or the account has one of this kind already. */
  addContact: (tx: Tx, accountId: string, contact: NewContact) => Promise<{ outcome: 'added' } | { outcome: 'taken' }>;
  /** In place of the one of this kind, if any, which can be taken back until `revertUntil`. */
  setContact: (
    tx: Tx,
    accountId: string,
    contact: NewContact & { recoversFrom: Date },
    revertUntil: Date,
  ) => Promise<ContactSet>;
  /** `last`: no confirmed one would be left. */
  removeContact: (tx: Tx, accountId: string, kind: ContactKind, revertUntil: Date) => Promise<ContactRemoved>;
  /** Everything that can still be taken back is as it was before; false where there is nothing. */
  restoreContacts: (tx: Tx, accountId: string) => Promise<boolean>;
}

export const createContactRecords = (needs: ContactNeeds): ContactRecords => {
  const { models, changes, now } = needs;
  const { AccountModel } = models;
  const identifiers = createContactIdentifiers(needs);

  const read = async (tx: Tx, accountId: string): Promise<AccountDocument> => {
    const account = await AccountModel.findById(accountId).session(sessionOf(tx)).lean<AccountDocument>();
    if (account === null) throw new Error('no account to change');
    return account;
  };

  return {
    addContact: async (tx, accountId, { kind, value, confirmedAt }) => {
      if ((await read(tx, accountId))[kind] !== undefined) return { outcome: 'taken' };
      if (!(await identifiers.claim(tx, accountId, identifiers.idOf(kind, { value })))) return { outcome: 'taken' };

      const $set = { [kind]: { value, confirmedAt }, updatedAt: now() };
      await AccountModel.updateOne({ _id: accountId }, { $set }, { session: sessionOf(tx) });
      return { outcome: 'added' };
    },
    setContact: async (tx, accountId, { kind, ...contact }, revertUntil) => {
      const before = (await read(tx, accountId))[kind];
      const isSame = before?.value === contact.value;
      if (isSame && before.confirmedAt !== null) return { outcome: 'same' };
      if (!(await identifiers.claim(tx, accountId, identifiers.idOf(kind, contact)))) return { outcome: 'taken' };

      if (before !== undefined && !isSame) await identifiers.letGo(tx, accountId, kind, before, revertUntil);
      const $set = { [kind]: contact, updatedAt: now() };
      await AccountModel.updateOne({ _id: accountId }, { $set }, { session: sessionOf(tx) });
      const mayComeBack = before !== undefined && (isSame || before.confirmedAt !== null);
      const at = contact.confirmedAt;
      await changes.note(tx, { accountId, kind, before: mayComeBack ? before : null, at, revertUntil });
      return { outcome: 'set', became: before?.confirmedAt ? 'changed' : 'added', before };
    },
    removeContact: async (tx, accountId, kind, revertUntil) => {
      const account = await read(tx, accountId);
      const before = account[kind];
      if (before === undefined) return { outcome: 'none' };
      if (!account[kind === 'phone' ? 'email' : 'phone']?.confirmedAt) return { outcome: 'last' };

      await identifiers.letGo(tx, accountId, kind, before, revertUntil);
      const change = { $unset: { [kind]: 1 }, $set: { updatedAt: now() } } as const;
      await AccountModel.updateOne({ _id: accountId }, change, { session: sessionOf(tx) });
      if (before.confirmedAt !== null) await changes.note(tx, { accountId, kind, before, at: now(), revertUntil });
      return { outcome: 'removed', before };
    },
    restoreContacts: createRestoreContacts({ ...needs, identifiers }),
  };
};
