// The documents of an account: sealed on it, compared without being opened, and one person's alone.
import { sessionOf, type Tx } from '../mongo/index.ts';
import { isLevelAtLeast, type AssuranceLevel, type Profile } from './account.ts';
import type { AccountDocument, AccountModels } from './account-records-store.ts';
import { documentTypes, normaliseDocument, type Documents, type DocumentType } from './documents/documents.ts';
import type { ByType, Protection } from './documents/protection.ts';

export interface Raise {
  level: AssuranceLevel;
  documents: Documents;
  /** Parts that replace those of the same name. */
  profile?: Partial<Profile>;
}

/** `before`: the level that the account had when this was written. */
export type Raised = { outcome: 'raised'; before: AssuranceLevel } | { outcome: 'taken' };

export interface DocumentRecords {
  /** In clear, for a claim or a page that masks them; only the types that are asked for are opened. */
  readDocuments: (accountId: string, types?: readonly DocumentType[]) => Promise<Documents>;
  /** Whether this is the number on file; `value` as it was typed. The same work for known and unknown people. */
  matchesDocument: (accountId: string, typed: { type: DocumentType; value: string }) => Promise<boolean>;
  /** Level (never downwards), documents and their identifiers together; where one is somebody else's, nothing is written. */
  raise: (tx: Tx, accountId: string, raise: Raise) => Promise<Raised>;
}

interface Needs {
  models: AccountModels;
  protection: Protection;
  now: () => Date;
}

const higher = (one: AssuranceLevel, other: AssuranceLevel): AssuranceLevel =>
  isLevelAtLeast(one, other) ? one : other;

const under = (field: string, values: ByType) =>
  Object.fromEntries(Object.entries(values).map(([type, value]) => [`${field}.${type}`, value]));

const kindOf = (identifierId: string): string => identifierId.slice(0, identifierId.indexOf(':') + 1);

export const createDocumentRecords = ({ models, protection, now }: Needs): DocumentRecords => {
  const { AccountModel, IdentifierModel } = models;

  /** Looked at first: an insert that fails would end the caller's transaction. Who comes second in a race conflicts, tries again and sees it taken. */
  const claim = async (tx: Tx, accountId: string, ids: string[]): Promise<boolean> => {
    const session = sessionOf(tx);
    const isTaken = await IdentifierModel.exists({ _id: { $in: ids }, accountId: { $ne: accountId } }).session(session);
    if (isTaken !== null) return false;

    // A new passport takes the place of the old one.
    const before = ids.map((id) => ({ _id: { $regex: `^${kindOf(id)}` } }));
    if (before.length > 0) await IdentifierModel.deleteMany({ accountId, $or: before }, { session });
    const claims = ids.map((id) => ({ _id: id, accountId }));
    await IdentifierModel.create(claims, { session, ordered: true });
    return true;
  };

  return {
    readDocuments: async (accountId, types = documentTypes) => {
      const found = await AccountModel.findById(accountId, { documents: 1 }).lean<Pick<AccountDocument, 'documents'>>();
      return protection.open(accountId, found?.documents ?? {}, types);
    },
    matchesDocument: async (accountId, { type, value }) => {
      const fields = { documentHashes: 1 };
      const found = await AccountModel.findById(accountId, fields).lean<Pick<AccountDocument, 'documentHashes'>>();
      return protection.matches(accountId, type, normaliseDocument(type, value) ?? '', found?.documentHashes?.[type]);
    },
    raise: async (tx, accountId, { level, documents, profile }) => {
      const session = sessionOf(tx);
      const account = await AccountModel.findById(accountId).session(session).lean<AccountDocument>();
      if (account === null) throw new Error('no account to raise');
      if (!(await claim(tx, accountId, protection.identifiersOf(documents)))) return { outcome: 'taken' };

      // Sealed in here: it takes microseconds, and twice does no harm.
      const $set = {
        level: higher(level, account.level),
        profile: { ...account.profile, ...profile },
        ...under('documents', protection.seal(accountId, documents)),
        ...under('documentHashes', protection.hash(accountId, documents)),
        updatedAt: now(),
      };
      await AccountModel.updateOne({ _id: accountId }, { $set }, { session });
      return { outcome: 'raised', before: account.level };
    },
  };
};
