// What is kept between two pages on the way to a new contact.
import { z } from 'zod';

/** `used-up`: too many wrong codes. `taken`: it was proved, and had become somebody else's meanwhile. `over`: done elsewhere meanwhile, there is nothing to do. */
const stepSchema = z.enum(['code', 'used-up', 'taken', 'added', 'changed', 'over']);
export type ContactStep = z.infer<typeof stepSchema>;
export const readStep = (step: string): ContactStep => stepSchema.parse(step);

const answersSchema = z.strictObject({
  accountId: z.string(),
  sessionUid: z.string(),
  /** When the person proved who they are, in epoch milliseconds. */
  provedAt: z.number(),
  kind: z.enum(['phone', 'email']),
  value: z.string(),
  /** The contact is somebody else's: no code is ever right. */
  isTaken: z.boolean(),
  /** Of whoever has it: they are told in their language. */
  ownersLocale: z.string().nullable(),
  /** Epoch milliseconds: when this browser asked for a code last, whether one went or not. */
  askedAt: z.number(),
  /** The last code that was asked for did not go, for a reason that is told; `until`: epoch milliseconds. */
  withheld: z.object({ why: z.enum(['account', 'sms']), until: z.number() }).nullable(),
});

export type ContactAnswers = z.infer<typeof answersSchema>;
export const parseContactAnswers = (stored: unknown): ContactAnswers => answersSchema.parse(stored);
