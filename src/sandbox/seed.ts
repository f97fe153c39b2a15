// Citizens are added once; what a person changed since is never touched.
import {
  normaliseDocument,
  normaliseIdentifier,
  type Accounts,
  type Documents,
  type Identifier,
} from '../accounts/index.ts';
import type { Passwords } from '../passwords/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { SecondFactors } from '../second-factors/index.ts';
import { citizens } from './citizens.ts';
import { levelOf, type Citizen } from './citizen.ts';

export interface SeedNeeds {
  accounts: Accounts;
  passwords: Passwords;
  pin: {
    stateOf: (accountId: string) => Promise<'none' | 'locked' | 'outdated' | 'usable'>;
    add: (accountId: string, pin: string) => Promise<void>;
    lock: (accountId: string) => Promise<void>;
  };
  secondFactors: Pick<SecondFactors, 'of' | 'totp'>;
  inTransaction: InTransaction;
  termsVersion: string;
  now: () => Date;
}

const identifiersOf = ({ phone, email }: Citizen): Identifier[] =>
  [phone, email].flatMap((written) => (written === null ? [] : (normaliseIdentifier(written) ?? [])));

const documentsOf = ({ snils, inn, passport }: Citizen): Documents => ({
  snils: normaliseDocument('snils', snils ?? ''),
  inn: normaliseDocument('inn', inn ?? ''),
  passport: passport ?? undefined,
});

const addAccount = async (citizen: Citizen, { accounts, passwords, termsVersion, now }: SeedNeeds): Promise<void> => {
  const confirmedAt = now();
  await accounts.add({
    id: citizen.id,
    state: citizen.state === 'disabled' ? 'disabled' : 'active',
    level: levelOf(citizen),
    profile: citizen.profile,
    ...(citizen.phone === null ? {} : { phone: { value: citizen.phone, confirmedAt } }),
    ...(citizen.email === null ? {} : { email: { value: citizen.email, confirmedAt } }),
    identifiers: identifiersOf(citizen),
    terms: { version: termsVersion, acceptedAt: confirmedAt },
    documents: documentsOf(citizen),
    passwordVerifier: await passwords.makeVerifier(citizen.password),
  });
};

const addPin = async ({ id, pin: digits, state }: Citizen, { pin }: SeedNeeds): Promise<void> => {
  if (digits === null || (await pin.stateOf(id)) !== 'none') return;
  await pin.add(id, digits);
  if (state === 'pin-locked') await pin.lock(id);
};

const addTotp = async ({ id, totp }: Citizen, { secondFactors, inTransaction }: SeedNeeds): Promise<void> => {
  if (totp === null) return;
  await inTransaction((tx) => secondFactors.totp.add(tx, id, totp, 0));
};

export const seedCitizens = async (needs: SeedNeeds): Promise<void> => {
  for (const citizen of citizens) {
    if ((await needs.accounts.find(citizen.id)) === undefined) {
      await addAccount(citizen, needs);
      await addTotp(citizen, needs);
    }
    await addPin(citizen, needs);
  }
};
