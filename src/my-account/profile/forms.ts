// What the forms of the profile bring.
import { z } from 'zod';
import { readName, signInNotices, type Name } from '../../accounts/index.ts';
import { locales, type Mistake, type PageState } from '../../web/index.ts';

export const preferencesForm = z.strictObject({
  language: z.enum(locales),
  zone: z.string().max(64),
  notices: z.enum(signInNotices),
});

export const nameForm = z.strictObject({
  family_name: z.string().default(''),
  given_name: z.string().default(''),
  middle_name: z.string().default(''),
});

const parts = ['family_name', 'given_name', 'middle_name'] as const;

/** The name, or what is wrong with its parts; only the middle one may be missing. */
export const readNameForm = (form: z.infer<typeof nameForm>, { t }: PageState): { name: Name; mistakes: Mistake[] } => {
  const read = parts.map((field) => ({ field, ...readName(form[field]) }));
  const mistakes = read.flatMap((part) =>
    'name' in part || (part.field === 'middle_name' && part.problem === 'missing')
      ? []
      : [{ field: part.field, text: t(`registration.name.mistake.${part.problem}.${part.field}`) }],
  );
  const [familyName = '', givenName = '', middleName = ''] = read.map((part) =>
    'name' in part ? part.name : form[part.field].trim(),
  );
  return { name: { familyName, givenName, ...(middleName === '' ? {} : { middleName }) }, mistakes };
};
