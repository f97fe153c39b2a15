// The registry of the sandbox: it knows the test citizens, and answers as an integrator wants it to for a few numbers.
import { z } from 'zod';
import { normaliseDocument, type Passport, type Profile } from '../accounts/index.ts';
import { citizens } from './citizens.ts';
import type { Citizen } from './citizen.ts';
import { passport, snils } from './made-up.ts';

/** What the registry knows of somebody besides the name. */
export interface RegistryEntry {
  /** YYYY-MM-DD */
  birthdate: string;
  /** As it stands on the document. */
  snils: string;
  passport: Passport;
}

/** Of people who have not shown their documents yet. */
const notShownYet = new Map<string, RegistryEntry>([
  [
    'sandbox-maria',
    { birthdate: '1990-05-17', snils: snils('181234567'), passport: passport('10', '269374', '2010-06-01') },
  ],
]);

/** What a citizen can be raised with; undefined for whoever has shown it already. */
export const entryToShow = ({ id }: Citizen): RegistryEntry | undefined => notShownYet.get(id);

const entryOf = (citizen: Citizen): RegistryEntry | undefined => {
  const { profile, snils: own, passport: shown } = citizen;
  if (profile.birthdate === undefined || own === null || shown === null) return entryToShow(citizen);
  return { birthdate: profile.birthdate, snils: own, passport: shown };
};

const questionSchema = z.strictObject({
  family_name: z.string(),
  given_name: z.string(),
  middle_name: z.string().nullable(),
  birthdate: z.iso.date(),
  snils: z.string().regex(/^\d{11}$/),
  passport: z.strictObject({
    series: z.string().regex(/^\d{4}$/),
    number: z.string().regex(/^\d{6}$/),
    issue_date: z.iso.date(),
  }),
});
type Question = z.infer<typeof questionSchema>;

export type RegistryResult = 'match' | 'no_such_person' | 'does_not_match';
/** `try-later` is HTTP 503. */
export type SandboxAnswer = { outcome: 'answered'; result: RegistryResult } | { outcome: 'try-later' | 'malformed' };

/** Numbers of a passport that decide the answer, whoever is asked about. */
const onDemand = new Map<string, SandboxAnswer>([
  ['000200', { outcome: 'answered', result: 'match' }],
  ['000404', { outcome: 'answered', result: 'no_such_person' }],
  ['000409', { outcome: 'answered', result: 'does_not_match' }],
  ['000503', { outcome: 'try-later' }],
]);

const known = citizens.flatMap((citizen) => {
  const entry = entryOf(citizen);
  return entry === undefined ? [] : [{ profile: citizen.profile, entry }];
});

const isSame = (question: Question, profile: Profile, { birthdate, passport: own }: RegistryEntry): boolean =>
  question.family_name === profile.familyName &&
  question.given_name === profile.givenName &&
  question.middle_name === (profile.middleName ?? null) &&
  question.birthdate === birthdate &&
  question.passport.series === own.series &&
  question.passport.number === own.number &&
  question.passport.issue_date === own.issueDate;

export const answerAsRegistry = (body: unknown): SandboxAnswer => {
  const parsed = questionSchema.safeParse(body);
  if (!parsed.success) return { outcome: 'malformed' };
  const question = parsed.data;
  const wanted = onDemand.get(question.passport.number);
  if (wanted !== undefined) return wanted;

  const person = known.find(({ entry }) => normaliseDocument('snils', entry.snils) === question.snils);
  if (person === undefined) return { outcome: 'answered', result: 'no_such_person' };
  const result = isSame(question, person.profile, person.entry) ? 'match' : 'does_not_match';
  return { outcome: 'answered', result };
};

/** Where the product asks, unless another registry is configured. */
export const ownRegistry = (issuer: URL) => ({ url: new URL('/sandbox/registry', issuer).href, headers: {} });
