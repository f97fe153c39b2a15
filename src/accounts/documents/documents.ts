// The documents of a person that an account may hold, and the one way to read each.
import { normaliseForeignDocument } from './foreign-document.ts';
import { normaliseInn } from './inn.ts';
import { normalisePassport, type Passport } from './passport.ts';
import { normaliseSnils } from './snils.ts';

/** In clear and in normal form. Kept sealed; handed only to those who must know them. */
export interface Documents {
  snils?: string | undefined;
  inn?: string | undefined;
  passport?: Passport | undefined;
  foreign?: string | undefined;
}

export const documentTypes = ['snils', 'inn', 'passport', 'foreign'] as const;
export type DocumentType = (typeof documentTypes)[number];

const normalisers: Record<DocumentType, (typed: string) => string | undefined> = {
  snils: normaliseSnils,
  inn: normaliseInn,
  passport: normalisePassport,
  foreign: normaliseForeignDocument,
};

/** The number in its normal form, undefined for what it is not; its normal form stays as it is. Never throws. */
export const normaliseDocument = (type: DocumentType, typed: string): string | undefined => normalisers[type](typed);

/** What of a document a person is asked for and what is looked up. */
export const numbersOf = ({ snils, inn, passport, foreign }: Documents): Partial<Record<DocumentType, string>> => ({
  ...(snils === undefined ? {} : { snils }),
  ...(inn === undefined ? {} : { inn }),
  ...(passport === undefined ? {} : { passport: passport.series + passport.number }),
  ...(foreign === undefined ? {} : { foreign }),
});
