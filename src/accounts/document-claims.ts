// The claims of our own: documents, and how sure we are who the person is. Absent ones are left out, never null or empty.
import type { Account } from './account.ts';
import type { Documents } from './documents/documents.ts';
import { formatSnils } from './documents/snils.ts';
import type { Claims, ClaimValue } from './standard-claims.ts';

export const assuranceLevelClaim = 'urn:civic-id:claim:assurance_level';

const identityDocuments = ({ passport, foreign }: Documents): Record<string, string>[] => [
  ...(passport === undefined
    ? []
    : [{ type: 'passport', series: passport.series, number: passport.number, issue_date: passport.issueDate }]),
  ...(foreign === undefined ? [] : [{ type: 'foreign_document', number: foreign }]),
];

export const documentClaims = ({ level }: Pick<Account, 'level'>, documents: Documents): Claims => {
  const identity = identityDocuments(documents);
  const claims: [string, ClaimValue | undefined][] = [
    ['snils', documents.snils === undefined ? undefined : formatSnils(documents.snils)],
    ['inn', documents.inn],
    ['documents', identity.length === 0 ? undefined : identity],
    [assuranceLevelClaim, level],
  ];
  return Object.fromEntries(claims.filter((entry): entry is [string, ClaimValue] => entry[1] !== undefined));
};
