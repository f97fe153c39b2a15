// What the forms of the profile bring.
import { z } from 'zod';
import { furthestToday, readDate, readName, signInNotices } from '../../accounts/index.ts';
import type { DateParts, Details, Name } from '../../accounts/index.ts';
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

const text = z.string().default('');

export const detailsForm = z.strictObject({
  nickname: text,
  gender: z.enum(['', 'female', 'male']).default(''),
  birthdate_day: text,
  birthdate_month: text,
  birthdate_year: text,
});

/** As it was typed. */
export interface TypedDetails {
  nickname: string;
  gender: '' | 'female' | 'male';
  birthdate: DateParts;
}

export const typedDetails = (form: z.infer<typeof detailsForm>): TypedDetails => ({
  nickname: form.nickname,
  gender: form.gender,
  birthdate: { day: form.birthdate_day, month: form.birthdate_month, year: form.birthdate_year },
});

/** No day at all is a date that is not given. */
const readBirthdate = (typed: DateParts, now: Date): { date: string | undefined } | { problem: string } => {
  if (Object.values(typed).every((part: string) => part.trim() === '')) return { date: undefined };
  const read = readDate(typed);
  if ('problem' in read) return read;
  return read.date > furthestToday(now) ? { problem: 'in-the-future' } : read;
};

/** Everything may be left out. */
export const readDetails = (
  { nickname: typedName, gender, birthdate }: TypedDetails,
  { t }: Pick<PageState, 't'>,
  now: Date,
): { details: Details; mistakes: Mistake[] } => {
  const name = typedName.trim() === '' ? undefined : readName(typedName);
  const day = readBirthdate(birthdate, now);
  const mistakes = [
    ...(name !== undefined && 'problem' in name
      ? [{ field: 'nickname', text: t('own-data.details.nickname-mistake') }]
      : []),
    ...('problem' in day ? [{ field: 'birthdate_day', text: t(`level.birthdate.mistake.${day.problem}`) }] : []),
  ];
  const details = {
    ...(name !== undefined && 'name' in name ? { nickname: name.name } : {}),
    ...(gender === '' ? {} : { gender }),
    ...('date' in day && day.date !== undefined ? { birthdate: day.date } : {}),
  };
  return { details, mistakes };
};
