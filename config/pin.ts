// What a PIN is made of, and what a person needs before they may have one.
import { z } from 'zod';

const needs = ['email', 'phone', 'standard', 'confirmed'] as const;
export type PinNeed = (typeof needs)[number];

const readNeeds = (text: string): PinNeed[] =>
  text.split(',').flatMap((word) => needs.find((need) => need === word) ?? []);

/** With `phone`, since the code that sets a PIN goes there; each once, and one level at most. */
const arePossible = (text: string): boolean => {
  const read = readNeeds(text);
  const isEachOnce = read.length === text.split(',').length && new Set(read).size === read.length;
  return isEachOnce && read.includes('phone') && !(read.includes('standard') && read.includes('confirmed'));
};

export const pinVariables = {
  PIN_DIGITS: z
    .enum(['4', '6'], '4 or 6')
    .default('4')
    .transform((value): 4 | 6 => (value === '6' ? 6 : 4))
    .describe('How many digits a PIN has; whoever has one of the other length is asked for a new one'),
  PIN_NEEDS: z
    .string()
    .refine(arePossible, 'phone and, with commas between, email and one of standard and confirmed')
    .default('email,phone,confirmed')
    .transform(readNeeds)
    .describe('What a person needs before they can have a PIN: `phone`, `email`, a level (`standard` or `confirmed`)'),
};
