// The claims of OpenID Connect Core §5.1 that an account has; absent ones are left out, never null.
import { fullName, type Account, type Contact } from './account.ts';

export type ClaimValue = string | number | boolean | Record<string, string> | Record<string, string>[];
export type Claims = Record<string, ClaimValue>;

const contactClaims = (name: 'phone_number' | 'email', contact: Contact | undefined): [string, ClaimValue][] =>
  contact === undefined
    ? []
    : [
        [name, contact.value],
        [`${name}_verified`, contact.confirmedAt !== null],
      ];

const addressClaims = (address: Account['profile']['address'] = {}): [string, ClaimValue][] => {
  const parts = Object.entries(address).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return parts.length === 0 ? [] : [['address', Object.fromEntries(parts)]];
};

export const standardClaims = (account: Account): Claims => {
  const { profile } = account;
  const plain: [string, ClaimValue | undefined][] = [
    ['name', fullName(profile)],
    ['given_name', profile.givenName],
    ['family_name', profile.familyName],
    ['middle_name', profile.middleName],
    ['nickname', profile.nickname],
    ['preferred_username', profile.preferredUsername],
    ['profile', profile.profile],
    ['picture', profile.picture],
    ['website', profile.website],
    ['gender', profile.gender],
    ['birthdate', profile.birthdate],
    ['zoneinfo', profile.zoneinfo],
    ['locale', profile.locale],
    ['updated_at', Math.floor(account.updatedAt.getTime() / 1000)],
  ];
  const present = plain.filter((entry): entry is [string, ClaimValue] => entry[1] !== undefined);
  return Object.fromEntries([
    ...present,
    ...contactClaims('email', account.email),
    ...contactClaims('phone_number', account.phone),
    ...addressClaims(profile.address),
  ]);
};
