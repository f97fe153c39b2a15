// What the forms of a registration bring, and how a name is read out of one.
import { z } from 'zod';
import { readName, type NameProblem } from '../accounts/index.ts';
import type { Mistake, PageState } from '../web/index.ts';
import type { Name } from './registration.ts';

export const nameForm = z.strictObject({
  family_name: z.string(),
  given_name: z.string(),
  middle_name: z.string().default(''),
  from: z.string().max(64).default(''),
});
export const contactForm = z.strictObject({ contact: z.string() });
export const codeForm = z.strictObject({ code: z.string().default(''), action: z.literal('resend').optional() });
export const passwordForm = z.strictObject({
  username: z.string().optional(),
  new_password: z.string().default(''),
  new_password_again: z.string().default(''),
  action: z.literal('make').optional(),
});
export const checkForm = z.strictObject({ terms: z.literal('yes').optional() });
export const noFields = z.strictObject({});

const parts = ['family_name', 'given_name', 'middle_name'] as const;

/** The name, or what is wrong with its parts; only the middle one may be missing. */
export const readNameForm = (form: z.infer<typeof nameForm>, { t }: PageState): { name: Name; mistakes: Mistake[] } => {
  const read = parts.map((field) => ({ field, ...readName(form[field]) }));
  const isAllowed = (field: string, problem: NameProblem) => field === 'middle_name' && problem === 'missing';
  const mistakes = read.flatMap((part) =>
    'name' in part || isAllowed(part.field, part.problem)
      ? []
      : [{ field: part.field, text: t(`registration.name.mistake.${part.problem}.${part.field}`) }],
  );
  const [familyName = '', givenName = '', middleName = ''] = read.map((part) =>
    'name' in part ? part.name : form[part.field],
  );
  return { name: { familyName, givenName, middleName: middleName.trim() }, mistakes };
};
