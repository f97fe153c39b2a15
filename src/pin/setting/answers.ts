// What is kept between two pages on the way to a PIN; the PIN itself never is.
import { z } from 'zod';

/** `start`: nothing was sent yet. `used-up`: too many wrong codes, or PINs that could not be. `closed`: no code of the account is taken just now. `overtaken`: the PIN was changed elsewhere meanwhile. */
const stepSchema = z.enum(['start', 'code', 'used-up', 'closed', 'choose', 'overtaken', 'done']);
export type SettingStep = z.infer<typeof stepSchema>;
export const readStep = (step: string): SettingStep => stepSchema.parse(step);

const answersSchema = z.strictObject({
  accountId: z.string(),
  sessionUid: z.string(),
  /** The request of a service that the person came from, and its chain of pages; empty where they came by themselves. */
  from: z.string(),
  chainId: z.string(),
  /** When the person proved who they are, in epoch milliseconds; 0 before. */
  provedAt: z.number(),
  /** When the PIN was set that is to be replaced, in epoch milliseconds; 0 where there is none. */
  replaces: z.number(),
  destination: z.string(),
  sends: z.number(),
  /** Until when no code is taken, in epoch milliseconds. */
  closedUntil: z.number(),
  /** The code that was right: nobody may make a PIN of it. */
  code: z.string(),
  /** PINs that were looked at, and since when one is, in epoch milliseconds; 0 while none is. */
  choices: z.number(),
  lookingSince: z.number(),
  became: z.enum(['', 'created', 'changed']),
});
export type SettingAnswers = z.infer<typeof answersSchema>;
export const parseSettingAnswers = (stored: unknown): SettingAnswers => answersSchema.parse(stored);

/** Of somebody who has only just come. */
export const noAnswers: Omit<SettingAnswers, 'accountId' | 'sessionUid'> = {
  ...{ from: '', chainId: '', provedAt: 0, replaces: 0, destination: '', sends: 0 },
  ...{ closedUntil: 0, code: '', choices: 0, lookingSince: 0, became: '' },
};
