// What a password of this person must not be made of.
import type { PersonWords } from '../passwords/index.ts';
import type { Account } from './account.ts';

export const personWordsOf = ({ profile, phone, email }: Account): PersonWords => ({
  givenName: profile.givenName,
  familyName: profile.familyName,
  middleName: profile.middleName,
  birthdate: profile.birthdate,
  phone: phone?.value,
  email: email?.value,
});
