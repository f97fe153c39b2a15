// Levels of authentication: what a service may ask for, what can be reached, and what is refused in one round instead of a loop.
import { errors } from 'oidc-provider';
import { z } from 'zod';

export const passwordAcr = 'urn:civic-id:acr:password';

/** The password and something besides it; of the session, once it was given. */
export const secondFactorAcr = 'urn:civic-id:acr:second-factor';

/** Says that the person confirmed this very request; never a level of a session. */
export const pinAcr = 'urn:civic-id:acr:pin';

/** The levels that can be reached, the plainest first; discovery lists them. */
export const acrValues = [passwordAcr, secondFactorAcr, pinAcr];

const isOurs = (level: string): boolean => level.startsWith('urn:civic-id:acr:');
const isReachable = (level: string): boolean => acrValues.includes(level);

const acrRequestSchema = z.object({
  essential: z.boolean().optional(),
  value: z.string().optional(),
  values: z.array(z.string()).optional(),
});
type AcrRequest = z.infer<typeof acrRequestSchema>;

const claimsSchema = z.object({ id_token: z.object({ acr: acrRequestSchema.nullish() }).nullish() });

export interface LevelRequest {
  /** The `claims` parameter, parsed. */
  claims: unknown;
  /** The `acr_values` of the request, or the client's default. */
  acrValues: string | undefined;
  /** The client's `default_acr_values`. */
  defaults: readonly string[] | undefined;
}

export type AskedLevels = { isEssential: boolean; levels: string[] };

const acrRequestOf = (claims: unknown): AcrRequest | undefined => {
  const parsed = claimsSchema.safeParse(claims ?? {});
  if (!parsed.success) throw new errors.InvalidRequest('claims.id_token.acr is malformed');
  return parsed.data.id_token?.acr ?? undefined;
};

const levelsOf = ({ value, values }: AcrRequest): string[] => {
  if (value !== undefined && values !== undefined)
    throw new errors.InvalidRequest('claims.id_token.acr has value and values');
  return value === undefined ? (values ?? []) : [value];
};

const splitWords = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');

/** Joins `acr_values` and the acr claim (OpenID Connect Core §5.5.1.1). Throws `invalid_request` where they contradict each other. */
export const readAskedLevels = ({ claims, acrValues: asked, defaults = [] }: LevelRequest): AskedLevels => {
  const request = acrRequestOf(claims);
  const claimed = request === undefined ? [] : levelsOf(request);
  const voluntary = splitWords(asked);
  if (request?.essential !== true || claimed.length === 0)
    return { isEssential: false, levels: [...voluntary, ...claimed] };

  // A default gives way to what the request itself says.
  if (voluntary.length === 0 || voluntary.join(' ') === defaults.join(' '))
    return { isEssential: true, levels: claimed };

  const common = claimed.filter((level) => voluntary.includes(level));
  if (common.length === 0)
    throw new errors.InvalidRequest('acr_values and claims.id_token.acr have no level in common');
  return { isEssential: true, levels: common };
};

/** The first level that can be reached, in the order asked; undefined where no level of ours is asked for. Throws `unmet_authentication_requirements`. */
export const chooseLevel = ({ isEssential, levels }: AskedLevels): string | undefined => {
  const reachable = levels.find(isReachable);
  if (reachable !== undefined) return reachable;
  if (isEssential || levels.some(isOurs)) {
    throw new errors.UnmetAuthenticationRequirements('none of the requested levels can be reached');
  }
  return undefined;
};
