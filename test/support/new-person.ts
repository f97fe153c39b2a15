// Somebody whom no other test knows.
import { randomUUID } from 'node:crypto';
import { normaliseIdentifier, type AssuranceLevel } from '../../src/accounts/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import type { TestCivicId } from './civic-id.ts';

export const newPerson = async (
  { app }: Pick<TestCivicId, 'app'>,
  { level = 'standard' }: { level?: AssuranceLevel } = {},
): Promise<Citizen> => {
  const id = randomUUID();
  const email = `${id}@example.org`;
  const password = `password of ${id}`;
  const profile = { givenName: 'Роза', familyName: 'Ветрова' };
  const identifier = normaliseIdentifier(email);
  if (identifier === undefined) throw new Error('not an identifier');

  await app.services.accounts.add({
    id,
    state: 'active',
    level,
    profile,
    email: { value: email, confirmedAt: new Date() },
    identifiers: [identifier],
    terms: { version: app.termsVersion, acceptedAt: new Date() },
    passwordVerifier: await app.services.passwords.makeVerifier(password),
  });
  const documents = { snils: null, inn: null, passport: null };
  return {
    id,
    profile,
    phone: null,
    email,
    ...documents,
    password,
    pin: null,
    totp: null,
    state: 'ready',
    locale: 'en',
  };
};
