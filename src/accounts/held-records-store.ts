// Everything that an account holds, for its own person: documents opened and in full, secrets left out.
import type { HeldEntry } from '../mongo/index.ts';
import type { AccountDocument, AccountModels, IdentifierDocument } from './account-records-store.ts';
import { documentTypes, type Documents } from './documents/documents.ts';
import type { Protection } from './documents/protection.ts';

export interface HeldRecords {
  readHeldAccount: (accountId: string) => Promise<HeldEntry[]>;
  readHeldIdentifiers: (accountId: string) => Promise<HeldEntry[]>;
}

const ofDocuments = ({ snils, inn, passport, foreign }: Documents): HeldEntry => ({
  snils,
  inn,
  passport: passport === undefined ? undefined : `${passport.series} ${passport.number}`,
  passportIssued: passport?.issueDate,
  foreignDocument: foreign,
});

export const createHeldRecords = (
  { AccountModel, IdentifierModel }: AccountModels,
  protection: Pick<Protection, 'open'>,
): HeldRecords => ({
  readHeldAccount: async (accountId) => {
    const found = await AccountModel.findById(accountId).lean<AccountDocument>();
    if (found === null) return [];
    const { address = {}, ...profile } = found.profile;
    const entry: HeldEntry = {
      id: found._id,
      accountNumber: found.accountNumber,
      state: found.state,
      deleteAt: found.deleteAt,
      level: found.level,
      ...profile,
      ...address,
      phone: found.phone?.value,
      phoneConfirmedAt: found.phone?.confirmedAt,
      phoneRecoversFrom: found.phone?.recoversFrom,
      email: found.email?.value,
      emailConfirmedAt: found.email?.confirmedAt,
      emailRecoversFrom: found.email?.recoversFrom,
      ...ofDocuments(protection.open(accountId, found.documents ?? {}, documentTypes)),
      hasPassword: found.passwordVerifier !== undefined,
      passwordChangedAt: found.passwordChangedAt,
      termsVersion: found.terms?.version,
      termsAcceptedAt: found.terms?.acceptedAt,
      signIns: found.signIns,
      lastSignInAt: found.lastSignInAt,
      sessionsValidFrom: found.sessionsValidFrom,
      keptSession: found.keptSession,
      endedSessions: found.endedSessions.map(({ at }) => at.toISOString()),
      highRiskHeldUntil: found.highRiskHeldUntil,
      recoveredAt: found.recoveredAt,
      recoveryEpoch: found.recoveryEpoch,
      signInNotices: found.signInNotices,
      createdAt: found.createdAt,
      updatedAt: found.updatedAt,
    };
    return [entry];
  },
  readHeldIdentifiers: async (accountId) => {
    const found = await IdentifierModel.find({ accountId }).sort({ _id: 1 }).lean<IdentifierDocument[]>();
    return found.map(({ _id, keptUntil }) => {
      const [kind = '', value] = _id.split(/:(.*)/s);
      // Of a document only a keyed hash stands here; its number is with the account.
      return {
        identifierKind: kind,
        value: kind === 'phone' || kind === 'email' ? value : undefined,
        until: keptUntil,
      };
    });
  },
});
