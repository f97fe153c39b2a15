// What a request asks the person to allow, as the engine counts it.
import { z } from 'zod';
import type { Consent } from './consent-store.ts';
import { isPersonalClaim, isScope } from './scopes.ts';

const members = z.record(z.string(), z.unknown());
const claimsParameterSchema = z.object({ userinfo: members.optional(), id_token: members.optional() });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const wordsOf = (value: unknown): string[] =>
  textOf(value)
    .split(' ')
    .filter((word) => word !== '');
const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

/** The claims named one by one in the `claims` parameter, as the engine counts them. */
const claimsParameterNames = (value: unknown): string[] => {
  if (typeof value !== 'string') return [];
  const { userinfo, id_token: idToken } = claimsParameterSchema.parse(JSON.parse(value));
  return [...new Set([...Object.keys(userinfo ?? {}), ...Object.keys(idToken ?? {})])].filter(isPersonalClaim);
};

/** What of it was not allowed before, from the details of the engine's prompt. */
export const missingConsent = (details: Record<string, unknown>): Consent => {
  const resources = details['missingResourceScopes'];
  return {
    scopes: listOf(details['missingOIDCScope']),
    claims: listOf(details['missingOIDCClaims']).filter(isPersonalClaim),
    resourceScopes:
      typeof resources === 'object' && resources !== null
        ? Object.entries(resources).map(([indicator, scopes]) => ({ indicator, scopes: listOf(scopes) }))
        : [],
  };
};

/** Resource scopes stand under each resource that is asked for: which of them it has is settled when the Grant is made. */
export const requestedConsent = (params: Record<string, unknown>): Consent => {
  const words = wordsOf(params['scope']);
  const indicators = [params['resource']].flat().filter((entry) => typeof entry === 'string');
  return {
    scopes: words.filter(isScope),
    claims: claimsParameterNames(params['claims']),
    resourceScopes: indicators.map((indicator) => ({ indicator, scopes: words.filter((word) => !isScope(word)) })),
  };
};
