// What a person has given on the way to the standard level, and which question is next: it follows from the answers alone.
import { z } from 'zod';

const answersSchema = z.object({
  accountId: z.string(),
  /** The address at which it was begun: of a request that needs the level, or in the account. */
  place: z.string(),
  /** YYYY-MM-DD */
  birthdate: z.string().nullable(),
  /** Eleven digits. */
  snils: z.string().nullable(),
  passport: z.object({ series: z.string(), number: z.string(), issueDate: z.string() }).nullable(),
  /** Since when the registry is being asked, in epoch milliseconds. */
  askedAt: z.number().nullable(),
  fate: z.enum(['no-match', 'unavailable']).nullable(),
  /** Tries of this day, after the last one. */
  triesLeft: z.number(),
});

export type LevelAnswers = z.infer<typeof answersSchema>;
export const parseLevelAnswers = (stored: unknown): LevelAnswers => answersSchema.parse(stored);

/** In the order in which they are asked. */
export const levelSteps = ['birthdate', 'snils', 'passport', 'check'] as const;
export type LevelStep = (typeof levelSteps)[number];

export const nextLevelStep = ({ birthdate, snils, passport }: LevelAnswers): LevelStep => {
  if (birthdate === null) return 'birthdate';
  if (snils === null) return 'snils';
  return passport === null ? 'passport' : 'check';
};

/** What was answered may be changed; what comes later must wait. */
export const mayOpenLevelStep = (step: LevelStep, answers: LevelAnswers): boolean =>
  levelSteps.indexOf(step) <= levelSteps.indexOf(nextLevelStep(answers));
