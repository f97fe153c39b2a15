// What a person has given on the way back to their access, and what we know of it: sealed, on the server alone.
import { z } from 'zod';

/** What a person can show besides a contact; `none`: they have given us no document. */
export const documentTypes = ['passport', 'snils', 'inn', 'none'] as const;
export type RecoveryDocument = (typeof documentTypes)[number];

const answersSchema = z.object({
  /** The request of a service that the person came from; empty where they came by themselves. */
  from: z.string(),
  locale: z.string(),
  contact: z.object({ kind: z.enum(['phone', 'email']), value: z.string() }),
  /** Null until it was chosen. */
  documentType: z.enum(documentTypes).nullable(),
  /** In normal form; empty where there is none. */
  documentNumber: z.string(),
  /** Whose contact it is, who may recover with it; null for everybody else. Shows nowhere. */
  accountId: z.string().nullable(),
  /** Contact and document are one person's: only then does a message go out, and only then is a code ever right. */
  isMatch: z.boolean(),
  /** The contact's person has remembered this browser, whatever the document. */
  isKnown: z.boolean(),
  /** The phone has not been used for a year: it may be somebody else's by now, document or not. */
  mayBeRecycled: z.boolean(),
  /** Of the account, when the document was given. */
  epoch: z.number(),
  /** The account's other confirmed contact. */
  other: z.string().nullable(),
  ownersLocale: z.string().nullable(),
  /** Where the code goes: to the contact that was typed, or to the account's other one. */
  goesTo: z.enum(['typed', 'other']),
  /** Epoch milliseconds, as all times here: when a code was asked for last, whether one went or not. */
  askedAt: z.number(),
  /** The last code that was asked for did not go, for a reason that is told. */
  withheld: z.object({ why: z.enum(['network', 'sms']), until: z.number() }).nullable(),
  /** When code and document were found right. */
  provedAt: z.number().nullable(),
  /** From when the password can be set, where there is to be waited. */
  readyAt: z.number().nullable(),
});

export type Answers = z.infer<typeof answersSchema>;
export const parseRecoveryAnswers = (stored: unknown): Answers => answersSchema.parse(stored);
