// What a `claims` parameter may hold (OpenID Connect Core §5.5); whatever we would not honour is refused, never ignored.
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { assuranceLevelClaim } from '../../accounts/index.ts';
import { readAskedAssurance } from './assurance.ts';
import { claimsOfScope, isPersonalClaim } from '../consent/scopes.ts';

const longest = 4096;
const deepest = 5;
/** What can be stored and shown. */
const claimName = /^[\w.:/#-]{1,128}$/;

const member = z.looseObject({ essential: z.boolean().optional() }).nullable();
const members = z.record(z.string(), member);
const subject = z.strictObject({ essential: z.boolean().optional(), value: z.string().optional() }).nullable();
const withoutValue = z.strictObject({ essential: z.boolean().optional() }).nullable();

const level = z
  .strictObject({
    essential: z.boolean().optional(),
    value: z.string().optional(),
    values: z.array(z.string()).optional(),
  })
  .nullable();

const ofIdToken = z.looseObject({ sub: subject.optional(), [assuranceLevelClaim]: level.optional() });
const ofUserinfo = z.looseObject({
  sub: withoutValue.optional(),
  acr: withoutValue.optional(),
  [assuranceLevelClaim]: withoutValue.optional(),
});
const claimsSchema = z.strictObject({
  id_token: members.and(ofIdToken).optional(),
  userinfo: members.and(ofUserinfo).optional(),
});

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const namesIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(namesIn)];
};

const namesAsked = (claims: unknown): string[] => {
  const { id_token: idToken = {}, userinfo = {} } = claimsSchema.parse(claims);
  return [...Object.keys(idToken), ...Object.keys(userinfo)];
};

/** `mostScope`: the scope that the client registered, the most that it may ask for; undefined where it may ask for anything. Throws `invalid_request`. */
export const assertClaimsParameter = (claims: unknown, mostScope: string | undefined): void => {
  const refuse = (what: string): never => {
    throw new errors.InvalidRequest(`claims parameter ${what}`);
  };
  if (JSON.stringify(claims).length > longest) refuse('is too long');
  if (depthOf(claims) > deepest) refuse('is nested too deep');
  if (!namesIn(claims).every((name) => claimName.test(name))) refuse('has a malformed name');
  if (!claimsSchema.safeParse(claims).success) refuse('asks for something in a form that is not understood');
  readAskedAssurance(claims);

  const allowed = mostScope === undefined ? undefined : claimsOfScope(mostScope);
  const isAllowed = (name: string) => !isPersonalClaim(name) || allowed === undefined || allowed.includes(name);
  if (!namesAsked(claims).every(isAllowed)) refuse('asks for more than the registered scope');
};
