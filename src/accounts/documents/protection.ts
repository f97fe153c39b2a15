// How document numbers are kept: sealed for one account and field, found and compared by keyed hashes alone.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Sealing } from '../../sealing/index.ts';
import { documentTypes, numbersOf, type Documents, type DocumentType } from './documents.ts';
import { snilsId } from '../identifier.ts';

export type ByType = Partial<Record<DocumentType, string>>;

const passportSchema = z.strictObject({ series: z.string(), number: z.string(), issueDate: z.string() });

const placeOf = (accountId: string, type: DocumentType): string => `${accountId}:${type}`;

/** Nobody remembers where their document has its hyphens. */
const comparable = (number: string): string => number.replaceAll('-', '');

interface Needs {
  sealing: Sealing;
  key: Buffer;
}

export const createProtection = ({ sealing, key }: Needs) => {
  const keyedHash = (text: string): Buffer => createHmac('sha256', key).update(text).digest();

  // Bound to the account: equal numbers of two accounts do not look equal.
  const hashFor = (accountId: string, type: DocumentType, number: string): Buffer =>
    keyedHash(`document:v1:${type}:${accountId}:${comparable(number)}`);

  const forEach = (documents: ByType, work: (type: DocumentType, text: string) => string): ByType =>
    Object.fromEntries(
      documentTypes.flatMap((type) => {
        const text = documents[type];
        return text === undefined ? [] : [[type, work(type, text)]];
      }),
    );

  return {
    seal: (accountId: string, documents: Documents): ByType => {
      const { passport, ...numbers } = numbersOf(documents);
      const texts = passport === undefined ? numbers : { ...numbers, passport: JSON.stringify(documents.passport) };
      return forEach(texts, (type, text) => sealing.seal(text, placeOf(accountId, type)));
    },
    open: (accountId: string, sealed: ByType, types: readonly DocumentType[]): Documents => {
      const asked = Object.fromEntries(Object.entries(sealed).filter(([name]) => types.some((type) => type === name)));
      const { passport, ...numbers } = forEach(asked, (type, text) => sealing.open(text, placeOf(accountId, type)));
      return passport === undefined ? numbers : { ...numbers, passport: passportSchema.parse(JSON.parse(passport)) };
    },
    hash: (accountId: string, documents: Documents): ByType =>
      forEach(numbersOf(documents), (type, number) => hashFor(accountId, type, number).toString('base64url')),
    /** The same work where nothing is on file. */
    matches: (accountId: string, type: DocumentType, number: string, onFile: string | undefined): boolean => {
      const expected = onFile === undefined ? Buffer.alloc(32) : Buffer.from(onFile, 'base64url');
      const actual = hashFor(accountId, type, number);
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    /** Documents that are one person's alone, as `_id` of an identifier. Two countries may give one number twice, and an INN need not be unique here. */
    identifiersOf: ({ snils, passport }: Documents): string[] => [
      ...(snils === undefined ? [] : [snilsId(key, snils)]),
      ...(passport === undefined
        ? []
        : [
            `passport:${keyedHash(`identifier:v1:passport:${passport.series}${passport.number}`).toString('base64url')}`,
          ]),
    ],
  };
};

export type Protection = ReturnType<typeof createProtection>;
