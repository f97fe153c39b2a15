export {
  assuranceLevels,
  canRecoverWith,
  fullName,
  isLevelAtLeast,
  mayBeRecycled,
  signInNotices,
  type Account,
  type Address,
  type AssuranceLevel,
  type Contact,
  type Profile,
  type SignInNotices,
} from './account.ts';
export { accountIndexes } from './account-records-store.ts';
export { createAccounts, type Accounts, type NewAccount } from './account-store.ts';
export type { ContactKind } from './contact-changes-store.ts';
export type { ContactSet } from './contact-records-store.ts';
export { formatPhone, identifierId, normaliseIdentifier, type Identifier } from './identifier.ts';
export { maskEmail, maskInn, maskNumber, maskPassport, maskPhone, maskSnils, tellMasked } from './mask.ts';
export { furthestToday, noDate, partsOfDate, readDate, type DateParts, type DateRead } from './typed-date.ts';
export { readName, type NameProblem } from './names.ts';
export type { Details, Name, Preferences } from './profile-records-store.ts';
export { createReadClaims, type ReadClaims } from './read-claims.ts';
export { assuranceLevelClaim } from './document-claims.ts';
export { standardClaims, type Claims } from './standard-claims.ts';
export { normaliseDocument, type Documents, type DocumentType } from './documents/documents.ts';
export { innCheckDigits } from './documents/inn.ts';
export { judgeIssueDate, partsOfPassport, type Passport } from './documents/passport.ts';
export { formatSnils, isSnils, snilsCheckDigits } from './documents/snils.ts';
export { personWordsOf } from './person-words.ts';
