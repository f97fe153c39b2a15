// A service may need to know more of who the person is than they said: the lowest level that will do, asked for as an essential claim (OpenID Connect Core §5.5.1).
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { assuranceLevelClaim, assuranceLevels, isLevelAtLeast, type AssuranceLevel } from '../../accounts/index.ts';

const { Check, Prompt } = interactionPolicy;

/** Under this name the level stands on the engine's account. */
export const levelOfAccount = 'assuranceLevel';
/** Name of the prompt, and of its part in the result of an interaction. */
export const assuranceResult = 'assurance_level';

const levelSchema = z.enum(assuranceLevels);
const detailsSchema = z.object({ neededLevel: levelSchema });
const claimsSchema = z.object({
  id_token: z
    .object({
      [assuranceLevelClaim]: z
        .object({ essential: z.boolean(), value: z.string(), values: z.array(z.string()) })
        .partial()
        .nullish(),
    })
    .nullish(),
});

/** The levels that an essential claim names; empty where none is needed. Throws `invalid_request`. */
export const readAskedAssurance = (claims: unknown): string[] => {
  const parsed = claimsSchema.safeParse(claims ?? {});
  const asked = parsed.data?.id_token?.[assuranceLevelClaim];
  if (!parsed.success || (asked?.value !== undefined && asked.values !== undefined))
    throw new errors.InvalidRequest(`claims.id_token.${assuranceLevelClaim} is malformed`);
  if (asked?.essential !== true) return [];
  return asked.value === undefined ? (asked.values ?? []) : [asked.value];
};

/** The lowest of them: a higher one does as well. Throws `unmet_authentication_requirements` where none of them exists. */
export const chooseNeededLevel = (asked: readonly string[]): AssuranceLevel | undefined => {
  if (asked.length === 0) return undefined;
  const lowest = assuranceLevels.find((level) => asked.includes(level));
  if (lowest === undefined)
    throw new errors.UnmetAuthenticationRequirements('none of the requested assurance levels can be reached');
  return lowest;
};

export const neededLevelOf = ({ oidc }: KoaContextWithOIDC): AssuranceLevel | undefined =>
  chooseNeededLevel(readAskedAssurance(oidc.claims));

const isTooLow = ({ oidc }: KoaContextWithOIDC, needed: AssuranceLevel): boolean => {
  const level = levelSchema.safeParse(oidc.account?.[levelOfAccount]);
  return level.success && !isLevelAtLeast(level.data, needed);
};

/** Out of the details of a prompt; undefined where it is another one. */
export const readNeededLevel = (details: unknown): AssuranceLevel | undefined =>
  detailsSchema.safeParse(details).data?.neededLevel;

/** Before consent: what a service will learn depends on what the person shows here. */
export const createAssurancePrompt = () =>
  new Prompt(
    { name: assuranceResult, requestable: false },
    new Check(
      'level_too_low',
      'a higher assurance level of the End-User is required',
      'interaction_required',
      (ctx) => {
        const needed = neededLevelOf(ctx);
        return needed !== undefined && isTooLow(ctx, needed) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
      },
      (ctx) => ({ neededLevel: neededLevelOf(ctx) }),
    ),
  );
