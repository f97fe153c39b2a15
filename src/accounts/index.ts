export { fullName, type Account, type Address, type AssuranceLevel, type Contact, type Profile } from './account.ts';
export { accountIndexes } from './account-records-store.ts';
export { createAccounts, type Accounts, type NewAccount } from './account-store.ts';
export { formatPhone, identifierId, normaliseIdentifier, type Identifier } from './identifier.ts';
export { maskEmail, maskPhone, tellMasked } from './mask.ts';
export { isSnils, snilsCheckDigits } from './snils.ts';
export { standardClaims, type Claims } from './standard-claims.ts';
