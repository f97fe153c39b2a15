// One contact is one person's: theirs to sign in with, or kept for them a while after they gave it up.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { AccountModels, IdentifierDocument } from './account-records-store.ts';
import type { Contact } from './account.ts';
import type { ContactChanges, ContactKind } from './contact-changes-store.ts';
import { identifierId } from './identifier.ts';

export interface ContactNeeds {
  models: AccountModels;
  changes: ContactChanges;
  identifierKey: Buffer;
  now: () => Date;
}

export const createContactIdentifiers = ({
  models: { IdentifierModel },
  identifierKey,
  now,
}: Omit<ContactNeeds, 'changes'>) => {
  const idOf = (kind: ContactKind, { value }: Pick<Contact, 'value'>) => identifierId(identifierKey, { kind, value });

  const isKeptFromOthers = ({ keptUntil }: IdentifierDocument): boolean => keptUntil === undefined || keptUntil > now();

  return {
    idOf,
    /** By the clock of another instance its time may have been over, and somebody has proved it. */
    isSomebodyElses: async (tx: Tx, accountId: string, id: string): Promise<boolean> => {
      const held = await IdentifierModel.findById(id).session(sessionOf(tx)).lean<IdentifierDocument>();
      return held !== null && held.accountId !== accountId && isKeptFromOthers(held);
    },
    /** False where it is somebody else's. Looked at first: an insert that fails would end the caller's transaction. Who comes second in a race conflicts, tries again and sees it taken. */
    claim: async (tx: Tx, accountId: string, id: string): Promise<boolean> => {
      const session = sessionOf(tx);
      const held = await IdentifierModel.findById(id).session(session).lean<IdentifierDocument>();
      if (held === null) {
        await IdentifierModel.create([{ _id: id, accountId }], { session });
        return true;
      }
      if (held.accountId !== accountId && isKeptFromOthers(held)) return false;
      await IdentifierModel.updateOne({ _id: id }, { $set: { accountId }, $unset: { keptUntil: 1 } }, { session });
      return true;
    },
    /** From this write on nobody signs in with it; nobody else gets it before `keptUntil`. One that was never confirmed is free at once. */
    letGo: async (tx: Tx, accountId: string, kind: ContactKind, contact: Contact, keptUntil: Date): Promise<void> => {
      const [own, session] = [{ _id: idOf(kind, contact), accountId }, sessionOf(tx)];
      if (contact.confirmedAt === null) await IdentifierModel.deleteOne(own, { session });
      else await IdentifierModel.updateOne(own, { $set: { keptUntil } }, { session });
    },
    free: async (tx: Tx, accountId: string, ids: string[]): Promise<void> => {
      await IdentifierModel.deleteMany({ _id: { $in: ids }, accountId }, { session: sessionOf(tx) });
    },
  };
};

export type ContactIdentifiers = ReturnType<typeof createContactIdentifiers>;
