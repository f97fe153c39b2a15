// Under which names tries at a password are counted.
import type { Identifier } from '../accounts/index.ts';

const nameOf = (identifier: Identifier | undefined, typed: string): string =>
  identifier === undefined
    ? `text:${typed.normalize('NFKC').trim().toLowerCase()}`
    : `${identifier.kind}:${identifier.value}`;

/** Of what was typed, whosever it is. */
export const subjectOf = (identifier: Identifier | undefined, typed: string): string =>
  `sign-in:${nameOf(identifier, typed)}`;
/** Of a person, under all their identifiers together. */
export const personSubject = (accountId: string): string => `sign-in:person:${accountId}`;
