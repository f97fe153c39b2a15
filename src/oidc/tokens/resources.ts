// Who may ask for tokens for whose API: a service for its own resources, and for those of others that its registration names.
import { errors, type Client, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { ownMetadataSchema, type ClientResource } from '../clients/client-metadata.ts';
import { isScope } from '../consent/scopes.ts';
import { isForConfirmation } from './token-claims.ts';
import type { ClientStore } from '../clients/client-store.ts';

const ownMetadata = (metadata: object) => ownMetadataSchema.safeParse(metadata).data ?? {};

/** The resources a client owns. */
export const resourcesOf = (client: Client): ClientResource[] => ownMetadata(client.metadata()).resources ?? [];

const wordsOf = (value: unknown): string[] =>
  typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];

/** Where a scope is asked for; a refresh only narrows what was given. */
const asksForScopes = ({ oidc }: KoaContextWithOIDC): boolean =>
  ['authorization', 'pushed_authorization_request'].includes(oidc.route) ||
  oidc.params?.['grant_type'] === 'client_credentials';

interface Needs {
  clients: ClientStore;
  /** Seconds. */
  accessTokenTtl: { opaque: number; jwt: number };
}

export const createResources = ({ clients, accessTokenTtl }: Needs) => {
  const findFor = async (client: Client, indicator: string): Promise<ClientResource | undefined> => {
    const own = resourcesOf(client).find((resource) => resource.indicator === indicator);
    if (own !== undefined) return own;
    if (ownMetadata(client.metadata()).resource_indicators?.includes(indicator) !== true) return undefined;

    const owner = await clients.findByResource(indicator);
    return owner && ownMetadata(owner).resources?.find((resource) => resource.indicator === indicator);
  };

  /** A scope that nobody here offers is refused, never dropped silently. Throws `invalid_scope`. */
  const assertScopesAreOffered = async (ctx: KoaContextWithOIDC, client: Client): Promise<void> => {
    if (!asksForScopes(ctx)) return;
    const indicators = [ctx.oidc.params?.['resource']].flat().filter((entry) => typeof entry === 'string');
    const resources = await Promise.all(indicators.map((indicator) => findFor(client, indicator)));
    const offered = resources.flatMap((resource) => resource?.scopes ?? []);
    const unknown = wordsOf(ctx.oidc.params?.['scope']).filter((scope) => !isScope(scope) && !offered.includes(scope));
    if (unknown.length > 0) throw new errors.InvalidScope('requested scope is not offered', unknown.join(' '));
  };

  return {
    /** The engine's hook; throws `invalid_target` for what this client may not ask for. */
    getResourceServerInfo: async (
      ctx: KoaContextWithOIDC,
      indicator: string,
      client: Client,
    ): Promise<ResourceServer> => {
      const resource = await findFor(client, indicator);
      if (resource === undefined)
        throw new errors.InvalidTarget('resource indicator is not registered for this client');
      await assertScopesAreOffered(ctx, client);

      const { scopes } = resource;
      // What the PIN confirmed must be revocable at once: never a JWT.
      const accessTokenFormat = isForConfirmation(ctx) ? 'opaque' : resource.access_token_format;
      return {
        audience: indicator,
        scope: scopes.join(' '),
        accessTokenFormat,
        accessTokenTTL: accessTokenTtl[accessTokenFormat],
        jwt: { sign: { alg: 'ES256' } },
      };
    },
    /** The engine's hook; called also where no resource is asked for. There is no default. */
    defaultResource: async (ctx: KoaContextWithOIDC, client: Client, oneOf?: readonly string[]) => {
      if (oneOf !== undefined) return [...oneOf];
      await assertScopesAreOffered(ctx, client);
      return undefined;
    },
  };
};
