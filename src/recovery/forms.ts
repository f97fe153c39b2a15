// What the forms of a recovery bring.
import { z } from 'zod';
import { documentTypes } from './answers.ts';

const text = z.string().default('');

export const contactForm = z.strictObject({ contact: text, from: z.string().max(64).default('') });
export const documentForm = z.strictObject({
  document_type: z.enum(documentTypes).optional(),
  document_number: text,
});
export const codeForm = z.strictObject({
  code: text,
  other_code: text,
  action: z.enum(['resend', 'other']).optional(),
});
export const passwordForm = z.strictObject({
  username: z.string().optional(),
  new_password: text,
  new_password_again: text,
  action: z.literal('make').optional(),
});
