// What the forms on the way to a PIN bring.
import { z } from 'zod';

export const noFields = z.strictObject({});
export const startForm = z.strictObject({ action: z.literal('cancel').optional() });
export const codeForm = z.strictObject({
  code: z.string().default(''),
  action: z.enum(['cancel', 'resend']).optional(),
});
export const chooseForm = z.strictObject({
  pin: z.string().default(''),
  pin_again: z.string().default(''),
  action: z.enum(['cancel', 'make']).optional(),
});
/** `back`: the page that the reminder stood on. */
export const laterForm = z.strictObject({ back: z.enum(['home', 'security']).default('home') });
