// What a person reads of what a service may learn: of a profile what is there, and what is asked for by name also where it is missing.
import { assuranceLevelClaim, type Claims } from '../../accounts/index.ts';
import { claimsOfScope, protocolClaims } from './scopes.ts';
import type { Consent } from './consent-store.ts';

type Named = Pick<Consent, 'scopes' | 'claims'>;

const alwaysShown = ['email', 'phone_number', 'address', 'snils', 'inn', 'documents', assuranceLevelClaim];
const isProtocolClaim = (name: string): boolean => protocolClaims.some((claim) => claim === name);

/** Every claim that this consent names. */
export const namedClaims = ({ scopes, claims }: Named): string[] => [...claimsOfScope(scopes.join(' ')), ...claims];

/** `values`: what the account has of `namedClaims`. */
export const shownClaims = ({ scopes, claims }: Named, values: Claims): string[] => {
  const fromScopes = claimsOfScope(scopes.join(' ')).filter(
    (name) => values[name] !== undefined || alwaysShown.includes(name),
  );
  return [...new Set([...fromScopes, ...claims])].filter((name) => !isProtocolClaim(name));
};
