// Citizens are added once; what a person changed since is never touched.
import { normaliseIdentifier, type Accounts, type Identifier } from '../accounts/index.ts';
import type { Passwords } from '../passwords/index.ts';
import { citizens, levelOf, type Citizen } from './citizens.ts';

interface Needs {
  accounts: Accounts;
  passwords: Passwords;
  now: () => Date;
}

const identifiersOf = ({ phone, email, snils }: Citizen): Identifier[] =>
  [phone, email, snils].flatMap((written) => (written === null ? [] : (normaliseIdentifier(written) ?? [])));

export const seedCitizens = async ({ accounts, passwords, now }: Needs): Promise<void> => {
  for (const citizen of citizens) {
    if ((await accounts.find(citizen.id)) !== undefined) continue;

    const confirmedAt = now();
    await accounts.add({
      id: citizen.id,
      state: citizen.state === 'disabled' ? 'disabled' : 'active',
      level: levelOf(citizen),
      profile: citizen.profile,
      ...(citizen.phone === null ? {} : { phone: { value: citizen.phone, confirmedAt } }),
      ...(citizen.email === null ? {} : { email: { value: citizen.email, confirmedAt } }),
      identifiers: identifiersOf(citizen),
      passwordVerifier: await passwords.makeVerifier(citizen.password),
    });
  }
};
