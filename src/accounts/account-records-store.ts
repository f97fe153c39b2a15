// How an account and its identifiers stand in the database.
import { Schema, type Connection } from 'mongoose';
import type { CollectionIndexes } from '../mongo/index.ts';
import { contactChangeIndexes } from './contact-changes-store.ts';
import { accountStates, type AcceptedTerms, type Account, type AccountState } from './account.ts';
import type { AssuranceLevel, Contact, Profile, SignInNotices } from './account.ts';
import type { ByType } from './documents/protection.ts';
import type { PasswordVerifier } from '../passwords/index.ts';

export interface AccountDocument {
  _id: string;
  schemaVersion: number;
  accountNumber: string;
  state: AccountState;
  deleteAt?: Date;
  level: AssuranceLevel;
  profile: Profile;
  phone?: Contact;
  email?: Contact;
  /** Sealed; never part of an `Account`. */
  documents?: ByType;
  documentHashes?: ByType;
  passwordVerifier?: PasswordVerifier;
  passwordChangedAt?: Date;
  sessionsValidFrom: Date;
  /** The latest stamp of a sign-in that was admitted, a whole second. */
  lastSignInAt?: Date;
  signIns?: number;
  keptSession?: string;
  endedSessions: { uid: string; at: Date }[];
  terms?: AcceptedTerms;
  highRiskHeldUntil?: Date;
  recoveredAt?: Date;
  recoveryEpoch?: number;
  signInNotices?: SignInNotices;
  createdAt: Date;
  updatedAt: Date;
}

export interface IdentifierDocument {
  _id: string;
  accountId: string;
  /** Nobody signs in with it any more; until then it is kept for the account that it was of. */
  keptUntil?: Date;
}

const contactSchema = new Schema<Contact>(
  { value: { type: String, required: true }, confirmedAt: { type: Date, default: null }, recoversFrom: Date },
  { _id: false },
);
const verifierSchema = new Schema<PasswordVerifier>(
  { hash: { type: String, required: true }, pepperId: { type: String, required: true } },
  { _id: false },
);
const byTypeSchema = new Schema<ByType>(
  { snils: String, inn: String, passport: String, foreign: String },
  { _id: false },
);
const endedSessionSchema = new Schema(
  { uid: { type: String, required: true }, at: { type: Date, required: true } },
  { _id: false },
);
const termsSchema = new Schema<AcceptedTerms>(
  { version: { type: String, required: true }, acceptedAt: { type: Date, required: true } },
  { _id: false },
);
const accountSchema = new Schema<AccountDocument>(
  {
    _id: { type: String, required: true },
    schemaVersion: { type: Number, required: true },
    accountNumber: { type: String, required: true },
    state: { type: String, enum: accountStates, required: true },
    deleteAt: Date,
    level: { type: String, enum: ['basic', 'standard', 'confirmed'], required: true },
    profile: { type: Schema.Types.Mixed, required: true },
    phone: contactSchema,
    email: contactSchema,
    documents: byTypeSchema,
    documentHashes: byTypeSchema,
    passwordVerifier: verifierSchema,
    passwordChangedAt: Date,
    sessionsValidFrom: { type: Date, required: true },
    lastSignInAt: Date,
    signIns: Number,
    keptSession: String,
    endedSessions: { type: [endedSessionSchema], required: true },
    terms: termsSchema,
    highRiskHeldUntil: Date,
    recoveredAt: Date,
    recoveryEpoch: Number,
    signInNotices: { type: String, enum: ['new', 'every'] },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'accounts', strict: 'throw', versionKey: false, minimize: false },
);
const identifierSchema = new Schema<IdentifierDocument>(
  { _id: { type: String, required: true }, accountId: { type: String, required: true }, keptUntil: Date },
  { collection: 'identifiers', strict: 'throw', versionKey: false },
);

export const createAccountModels = (connection: Connection) => ({
  AccountModel: connection.model('Account', accountSchema),
  IdentifierModel: connection.model('Identifier', identifierSchema),
});
export type AccountModels = ReturnType<typeof createAccountModels>;

export const accountIndexes: CollectionIndexes[] = [
  {
    collection: 'accounts',
    indexes: [
      { key: { accountNumber: 1 }, name: 'account-number', unique: true },
      { key: { deleteAt: 1 }, name: 'leaving', sparse: true },
    ],
  },
  {
    collection: 'identifiers',
    indexes: [
      { key: { accountId: 1 }, name: 'by-account' },
      { key: { keptUntil: 1 }, name: 'sweep', expireAfterSeconds: 0 },
    ],
  },
  contactChangeIndexes,
];

export const toAccount = ({
  _id,
  accountNumber,
  state,
  deleteAt,
  level,
  profile,
  phone,
  email,
  passwordVerifier,
  passwordChangedAt,
  sessionsValidFrom,
  keptSession,
  endedSessions,
  updatedAt,
  terms,
  highRiskHeldUntil,
  lastSignInAt,
  recoveredAt,
  recoveryEpoch = 0,
  signInNotices,
}: AccountDocument): Account => ({
  id: _id,
  accountNumber,
  state,
  deleteAt,
  level,
  profile,
  phone,
  email,
  passwordVerifier,
  passwordChangedAt,
  sessionsValidFrom,
  keptSession,
  endedSessions: endedSessions.map(({ uid }) => uid),
  updatedAt,
  terms,
  highRiskHeldUntil,
  lastSignInAt,
  recoveredAt,
  recoveryEpoch,
  ...(signInNotices === undefined ? {} : { signInNotices }),
});
