// Who a person is: one document, and what follows from it alone.
import type { PasswordVerifier } from '../passwords/index.ts';

/** The lowest first. */
export const assuranceLevels = ['basic', 'standard', 'confirmed'] as const;
export type AssuranceLevel = (typeof assuranceLevels)[number];

export const isLevelAtLeast = (level: AssuranceLevel, needed: AssuranceLevel): boolean =>
  assuranceLevels.indexOf(level) >= assuranceLevels.indexOf(needed);

export interface Address {
  formatted?: string;
  street_address?: string;
  locality?: string;
  region?: string;
  postal_code?: string;
  country?: string;
}

export interface Profile {
  givenName: string;
  familyName: string;
  middleName?: string;
  nickname?: string;
  preferredUsername?: string;
  /** Addresses of the person's own pages and picture. */
  profile?: string;
  picture?: string;
  website?: string;
  gender?: 'male' | 'female';
  /** YYYY-MM-DD */
  birthdate?: string;
  zoneinfo?: string;
  locale?: string;
  address?: Address;
}

export interface Contact {
  value: string;
  confirmedAt: Date | null;
  /** Of one that was added to an account that had one already: before that it gives nobody their access back. */
  recoversFrom?: Date;
}

/** Whether this contact may give somebody their access back (ATT-R12). */
export const canRecoverWith = ({ confirmedAt, recoversFrom }: Contact, now: Date): boolean =>
  confirmedAt !== null && (recoversFrom ?? confirmedAt) <= now;

const unusedMilliseconds = 365 * 24 * 3600 * 1000;

/** Whether a phone may have become somebody else's since: it was neither confirmed nor signed in with its account for a year (ATT-R15). */
export const mayBeRecycled = ({ phone, lastSignInAt }: Account, now: Date): boolean => {
  const lastUsedAt = Math.max(phone?.confirmedAt?.getTime() ?? 0, lastSignInAt?.getTime() ?? 0);
  return lastUsedAt + unusedMilliseconds < now.getTime();
};

/** The terms of use that a person agreed to. */
export interface AcceptedTerms {
  version: string;
  acceptedAt: Date;
}

/** `leaving`: its person asked for its deletion and can still change their mind; until then it is as good as gone. */
export const accountStates = ['active', 'disabled', 'leaving'] as const;
export type AccountState = (typeof accountStates)[number];
/** Which sign-ins a person is told of; those in a new browser always. */
export const signInNotices = ['new', 'every'] as const;
export type SignInNotices = (typeof signInNotices)[number];

export interface Account {
  id: string;
  /** Ten digits to quote on the phone; neither identifier nor secret. */
  accountNumber: string;
  state: AccountState;
  /** Of an account that is leaving: when it is deleted. */
  deleteAt: Date | undefined;
  level: AssuranceLevel;
  profile: Profile;
  phone: Contact | undefined;
  email: Contact | undefined;
  passwordVerifier: PasswordVerifier | undefined;
  /** Absent until the first change. */
  passwordChangedAt: Date | undefined;
  /** Sessions and tokens older than this are dead; a whole second. */
  sessionsValidFrom: Date;
  /** The session that may stay although it is older. */
  keptSession: string | undefined;
  /** Sessions that were ended one by one, kept longer than any refresh token lives. */
  endedSessions: string[];
  updatedAt: Date;
  /** Absent where none were ever accepted. */
  terms: AcceptedTerms | undefined;
  /** Until then nothing that does much harm may be confirmed, whoever holds the PIN: access was lost or given back not long ago. */
  highRiskHeldUntil: Date | undefined;
  /** Of the last sign-in that was admitted; the making of the account before there was one. */
  lastSignInAt: Date | undefined;
  /** When the password was last set by a recovery. */
  recoveredAt: Date | undefined;
  /** Counts what has ended the recoveries that were under way: one that began under another number sets no password. */
  recoveryEpoch: number;
  /** Absent until it was chosen: `new`. */
  signInNotices?: SignInNotices;
}

export const fullName = ({ familyName, givenName, middleName }: Profile): string =>
  [familyName, givenName, middleName].filter((part) => part !== undefined).join(' ');
