// What the journey of a code keeps between two pages, and what can come of each step.
import { z } from 'zod';
import type { Channel } from '../delivery/index.ts';

/** `sent`: a code is on its way. `used-up`: five wrong ones in this sign-in. `closed`: too many for this account. */
export const stepSchema = z.enum(['sent', 'used-up', 'closed']);
type Step = z.infer<typeof stepSchema>;

const answersSchema = z.object({
  accountId: z.string(),
  /** When the password was right, in epoch seconds: what `auth_time` says. */
  at: z.number(),
  interactionUid: z.string(),
  channel: z.enum(['sms', 'email']),
  destination: z.string(),
  /** How many codes have gone. */
  sends: z.number(),
  /** Until when no code of the account is taken, in epoch milliseconds. */
  closedUntil: z.number(),
});
export type NewDeviceAnswers = z.infer<typeof answersSchema>;
export const parseNewDeviceAnswers = (stored: unknown): NewDeviceAnswers => answersSchema.parse(stored);

export interface CodePage {
  step: Step;
  channel: Channel;
  /** The contact with most of it hidden. */
  destination: string;
  /** This is not the first code: the ones before are void. */
  isAnother: boolean;
  closedUntil: Date;
  /** When a new code may be asked for, unless it may be now. */
  resendAt: Date | undefined;
  /** The channel does not work just now. */
  isDown: boolean;
  /** Another contact that a code could go to, where this one cannot be reached. */
  otherChannel: Channel | undefined;
  supportContact: string;
}

export type Begun = { outcome: 'code-sent'; flowToken: string } | { outcome: 'wait'; until: Date };
export type Resent = { outcome: 'sent' } | { outcome: 'wait'; until: Date } | { outcome: 'gone' };
export type CodeConfirmation =
  | { outcome: 'signed-in'; accountId: string; at: number; amr: string[]; deviceCookie: string | undefined }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'malformed' }
  /** This code is of no use any more; a new one is. */
  | { outcome: 'over' }
  /** The flow is over or at another step: its page says so. */
  | { outcome: 'gone' };
