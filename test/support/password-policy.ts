// The policy on new passwords as a test needs it, and somebody whose words are known.
import { limits } from '../../config/index.ts';
import {
  commonPasswords,
  createPasswordPolicy,
  type PasswordPolicy,
  type PasswordRefusal,
  type PersonWords,
} from '../../src/passwords/index.ts';
import { seededRandom } from './generated-text.ts';

const bytesFrom = (seed: number) => {
  const random = seededRandom(seed);
  return (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
};

export const testPolicy = (
  least: number,
  changes: { deploymentName?: string; random?: (bytes: number) => Buffer } = {},
): PasswordPolicy =>
  createPasswordPolicy({
    least,
    most: limits.password.most,
    common: commonPasswords(),
    deploymentName: 'Civic ID',
    random: bytesFrom(1),
    ...changes,
  });

export const anna: PersonWords = {
  givenName: 'Анна',
  familyName: 'Ковалёва-Жукова',
  middleName: 'Сергеевна',
  email: 'anna.k1988@example.org',
  phone: '+79000000001',
  birthdate: '1988-03-14',
};
export const nobody: PersonWords = {};

export const good = { outcome: 'good' };
export const refused = (why: PasswordRefusal) => ({ outcome: 'refused', why });
