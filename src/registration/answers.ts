// What a person has given on the way to an account, and which question is next: it follows from the answers alone.
import { z } from 'zod';

const answersSchema = z.object({
  /** Of the account to be: a second press of the last button finds what the first one made. */
  accountId: z.string(),
  /** The request of a service that the person came from; empty where they came by themselves. */
  from: z.string(),
  locale: z.string(),
  familyName: z.string(),
  givenName: z.string(),
  middleName: z.string(),
  contact: z.object({ kind: z.enum(['phone', 'email']), value: z.string() }).nullable(),
  /** The contact is somebody's already: no code of this round is ever right. */
  isTaken: z.boolean(),
  /** Of whoever has it already: they are told in their language. */
  ownersLocale: z.string().nullable(),
  /** Each contact that is given begins a round of its own, with tries of its own. */
  round: z.number(),
  hasUsedUpCodes: z.boolean(),
  /** Epoch milliseconds: when this browser asked for a code last, whether one went or not. */
  askedAt: z.number(),
  /** The last code that was asked for did not go, for a reason that is told; `until`: epoch milliseconds. */
  withheld: z.object({ why: z.enum(['network', 'sms']), until: z.number() }).nullable(),
  /** Epoch seconds. */
  confirmedAt: z.number().nullable(),
  passwordVerifier: z.object({ hash: z.string(), pepperId: z.string() }).nullable(),
  /** The one that was chosen went when the name or the contact changed. */
  isPasswordAskedAgain: z.boolean(),
  /** Epoch seconds: since when the account is there. */
  createdAt: z.number().nullable(),
  /** What the account was opened with; empty before. From then on `contact` is a second one. */
  openedWith: z.enum(['phone', 'email', '']),
  hasSecond: z.boolean(),
  /** It was proved, and had become somebody else's meanwhile. */
  isSecondTaken: z.boolean(),
});

export type Answers = z.infer<typeof answersSchema>;
export const parseRegistrationAnswers = (stored: unknown): Answers => answersSchema.parse(stored);

/** In the order in which they are asked. */
export const steps = ['name', 'contact', 'code', 'password', 'check', 'done'] as const;
const order: readonly string[] = steps;

/** A second contact is offered when all is done, and forced on nobody. */
export type Step = (typeof steps)[number] | 'second' | 'second-code';

export const nextStep = ({ contact, confirmedAt, passwordVerifier, createdAt }: Answers): Step => {
  if (createdAt !== null) return 'done';
  if (contact === null) return 'contact';
  if (confirmedAt === null) return 'code';
  return passwordVerifier === null ? 'password' : 'check';
};

/** What was answered may be changed until the account is there; what comes later must wait. */
export const mayOpen = (step: Step, answers: Answers): boolean => {
  const next = nextStep(answers);
  if (step === next) return true;
  if (step === 'second') return next === 'done' && !answers.hasSecond;
  if (step === 'second-code') return mayOpen('second', answers) && answers.contact !== null;
  if (next === 'done' || step === 'code' || step === 'done') return false;
  return order.indexOf(step) < order.indexOf(next);
};
