// Accounts and their identifiers. An identifier is a document of its own, so that one identifier is one account on any number of shards.
import { randomInt } from 'node:crypto';
import type { Connection } from 'mongoose';
import { createInTransaction, duplicatedFields, isDuplicate, sessionOf, type Tx } from '../mongo/index.ts';
import { createContactChanges, type ContactChanges } from './contact-changes-store.ts';
import { createContactRecords, type ContactRecords } from './contact-records-store.ts';
import { createDocumentRecords, type DocumentRecords } from './document-records-store.ts';
import { createProfileRecords, type ProfileRecords } from './profile-records-store.ts';
import { createRecoveryRecords, type RecoveryRecords } from './recovery-records-store.ts';
import { createSecuringRecords, type SecuringRecords } from './securing-records-store.ts';
import { createSignInRecords, type SignInRecords } from './sign-in-records-store.ts';
import { createHeldRecords, type HeldRecords } from './held-records-store.ts';
import { createLeavingRecords, type LeavingRecords } from './leaving-records-store.ts';
import { createAccountModels, toAccount, type AccountDocument } from './account-records-store.ts';
import { createProtection } from './documents/protection.ts';
import { identifierId, type Identifier } from './identifier.ts';
import type { AcceptedTerms, Account, AssuranceLevel, Contact, Profile } from './account.ts';
import type { Documents } from './documents/documents.ts';
import type { PasswordVerifier } from '../passwords/index.ts';
import type { Sealing } from '../sealing/index.ts';

export interface NewAccount {
  id: string;
  state: 'active' | 'disabled';
  level: AssuranceLevel;
  profile: Profile;
  phone?: Contact;
  email?: Contact;
  identifiers: Identifier[];
  /** SNILS and passport become identifiers by themselves. */
  documents?: Documents;
  passwordVerifier: PasswordVerifier;
  terms?: AcceptedTerms;
}

export interface Accounts
  extends
    ContactRecords,
    DocumentRecords,
    HeldRecords,
    LeavingRecords,
    ProfileRecords,
    RecoveryRecords,
    SecuringRecords,
    SignInRecords {
  /** In a transaction: as it is there. */
  find: (accountId: string, tx?: Tx) => Promise<Account | undefined>;
  /** Who signs in with it. One look-up, found or not. */
  findByIdentifier: (identifier: Identifier) => Promise<Account | undefined>;
  /** Whose it is: who signs in with it, or had it lately and can take it back. One look-up, found or not. */
  findHolder: (identifier: Identifier) => Promise<Account | undefined>;
  /** All or nothing: the account with its identifiers and what `also` writes, or `taken` when one of them is somebody's already. */
  add: (account: NewAccount, also?: (tx: Tx) => Promise<void>) => Promise<{ outcome: 'added' } | { outcome: 'taken' }>;
  /** Replaces the verifier only if it is still the one that was compared. */
  replaceVerifier: (accountId: string, compared: PasswordVerifier, fresh: PasswordVerifier) => Promise<void>;
  acceptTerms: (tx: Tx, accountId: string, terms: AcceptedTerms) => Promise<void>;
  /** From this write on nothing of the session counts. False where it was ended before. */
  markSessionEnded: (tx: Tx, accountId: string, sessionUid: string) => Promise<boolean>;
  /** From this write on only sign-ins that are admitted after it count, and the session `kept`; they are stamped with the next whole second or later. */
  markAllSessionsEnded: (tx: Tx, accountId: string, kept?: string) => Promise<void>;
  hasEndedSession: (accountId: string, sessionUid: string) => Promise<boolean>;
  /** Earlier contacts that can still be taken back. */
  readHeldContactChanges: ContactChanges['readHeld'];
  forgetContactChanges: ContactChanges['forget'];
}

interface Needs {
  connection: Connection;
  identifierKey: Buffer;
  documentSealing: Sealing;
  /** Seconds that an ended session is remembered: longer than any refresh token lives. */
  endedSessionsKept: number;
  now: () => Date;
}

const nextWholeSecond = (at: Date): Date => new Date((Math.floor(at.getTime() / 1000) + 1) * 1000);

const newAccountNumber = () => String(randomInt(1_000_000_000, 2 ** 31));

export const createAccounts = (needs: Needs): Accounts => {
  const { connection, identifierKey, endedSessionsKept, now } = needs;
  const protection = createProtection({ sealing: needs.documentSealing, key: identifierKey });
  const models = createAccountModels(connection);
  const changes = createContactChanges(connection);
  const { AccountModel, IdentifierModel } = models;
  const inTransaction = createInTransaction(connection);

  const findBehind = async (
    identifier: Identifier,
    states: { keptUntil: null | { $gt: Date } }[],
  ): Promise<Account | undefined> => {
    const [found] = await IdentifierModel.aggregate<{ account: AccountDocument }>([
      { $match: { _id: identifierId(identifierKey, identifier), $or: states } },
      { $lookup: { from: 'accounts', localField: 'accountId', foreignField: '_id', as: 'account' } },
      { $unwind: '$account' },
    ]);
    return found === undefined ? undefined : toAccount(found.account);
  };

  type Also = (tx: Tx) => Promise<void>;
  const insert = async ({ id, identifiers, documents = {}, ...account }: NewAccount, also: Also): Promise<void> => {
    const at = new Date(Math.floor(now().getTime() / 1000) * 1000);
    const signIns = { sessionsValidFrom: at, lastSignInAt: at, signIns: 0, endedSessions: [] };
    const times = { createdAt: at, updatedAt: at };
    const kept = { documents: protection.seal(id, documents), documentHashes: protection.hash(id, documents) };
    const document = {
      _id: id,
      schemaVersion: 1,
      accountNumber: newAccountNumber(),
      ...account,
      ...kept,
      ...signIns,
      ...times,
    };
    const typed = identifiers.map((identifier) => identifierId(identifierKey, identifier));
    const names = [...new Set([...typed, ...protection.identifiersOf(documents)])];
    const claims = names.map((name) => ({ _id: name, accountId: id }));
    await inTransaction(async (tx) => {
      await AccountModel.create([document], { session: sessionOf(tx) });
      await IdentifierModel.deleteMany({ _id: { $in: names }, keptUntil: { $lte: now() } }, { session: sessionOf(tx) });
      await IdentifierModel.create(claims, { session: sessionOf(tx), ordered: true });
      await also(tx);
    });
  };

  const add = async (
    account: NewAccount,
    also: Also = async () => undefined,
  ): Promise<{ outcome: 'added' } | { outcome: 'taken' }> => {
    try {
      await insert(account, also);
      return { outcome: 'added' };
    } catch (error) {
      if (duplicatedFields(error).includes('accountNumber')) return add(account, also); // another number is drawn
      if (isDuplicate(error)) return { outcome: 'taken' };
      throw error;
    }
  };

  const findHolder = (identifier: Identifier) =>
    findBehind(identifier, [{ keptUntil: null }, { keptUntil: { $gt: now() } }]);

  return {
    find: async (accountId, tx) => {
      const session = tx === undefined ? null : sessionOf(tx);
      const found = await AccountModel.findById(accountId).session(session).lean<AccountDocument>();
      return found === null ? undefined : toAccount(found);
    },
    findByIdentifier: (identifier) => findBehind(identifier, [{ keptUntil: null }]),
    findHolder,
    add,
    ...createContactRecords({ models, changes, identifierKey, now }),
    readHeldContactChanges: changes.readHeld,
    forgetContactChanges: changes.forget,
    ...createDocumentRecords({ models, protection, now }),
    ...createHeldRecords(models, protection),
    ...createLeavingRecords(models, now),
    ...createRecoveryRecords({ models, changes, findHolder, now }),
    ...createSecuringRecords(models, now),
    ...createProfileRecords(models, now),
    ...createSignInRecords(models),
    replaceVerifier: async (accountId, compared, fresh) => {
      await AccountModel.updateOne(
        { _id: accountId, 'passwordVerifier.hash': compared.hash },
        { $set: { passwordVerifier: fresh } },
      );
    },
    acceptTerms: async (tx, accountId, terms) => {
      await AccountModel.updateOne({ _id: accountId }, { $set: { terms } }, { session: sessionOf(tx) });
    },
    markSessionEnded: async (tx, accountId, sessionUid) => {
      const at = now();
      const keptSince = new Date(at.getTime() - endedSessionsKept * 1000);
      const remembered = { $filter: { input: '$endedSessions', cond: { $gt: ['$$this.at', keptSince] } } };
      const endedSessions = { $concatArrays: [remembered, [{ uid: sessionUid, at }]] };
      const open = { _id: accountId, 'endedSessions.uid': { $ne: sessionUid } };
      const options = { session: sessionOf(tx), updatePipeline: true };
      return (await AccountModel.updateOne(open, [{ $set: { endedSessions } }], options)).matchedCount === 1;
    },
    markAllSessionsEnded: async (tx, accountId, kept) => {
      // After every sign-in that was admitted before this write, whatever the clock said where it was.
      const sessionsValidFrom = { $max: [nextWholeSecond(now()), { $add: ['$lastSignInAt', 1000] }] };
      const keptSession = kept === undefined ? '$$REMOVE' : { $literal: kept };
      await AccountModel.updateOne({ _id: accountId }, [{ $set: { sessionsValidFrom, keptSession } }], {
        session: sessionOf(tx),
        updatePipeline: true,
      });
    },
    hasEndedSession: async (accountId, sessionUid) =>
      (await AccountModel.exists({ _id: accountId, 'endedSessions.uid': sessionUid })) !== null,
  };
};
