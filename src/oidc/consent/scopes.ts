// Which claims a scope stands for, and in which order a person reads them.
import { assuranceLevelClaim } from '../../accounts/index.ts';

/** Protocol claims that say nothing about the person's life and need no consent. */
export const protocolClaims = ['sub', 'acr', 'amr', 'auth_time'] as const;

export const claimsByScope = {
  openid: [...protocolClaims],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  snils: ['snils'],
  inn: ['inn'],
  documents: ['documents'],
  assurance: [assuranceLevelClaim],
} satisfies Record<string, string[]>;

/** Scopes of OpenID Connect that the provider knows; those of resources are their owners'. */
export const isScope = (scope: string): boolean => scope === 'offline_access' || Object.hasOwn(claimsByScope, scope);

const knownClaims = new Set<string>(Object.values(claimsByScope).flat());

/** Claims that an account may have and that a person can be shown. */
export const isPersonalClaim = (name: string): boolean =>
  knownClaims.has(name) && !protocolClaims.some((claim) => claim === name);

/** The claims of a space-separated scope, without repetition. */
export const claimsOfScope = (scope: string): string[] => {
  const asked = new Set(scope.split(' '));
  return Object.entries(claimsByScope).flatMap(([name, claims]) => (asked.has(name) ? claims : []));
};
