// Who may ask for tokens for whose API: a service for its own resources, and for those of others that its registration names.
import { errors, type Client, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { ownMetadataSchema, type ClientResource } from './client-metadata.ts';
import type { ClientStore } from './client-store.ts';

const ownMetadata = (metadata: object) => ownMetadataSchema.safeParse(metadata).data ?? {};

/** The resources a client owns. */
export const resourcesOf = (client: Client): ClientResource[] => ownMetadata(client.metadata()).resources ?? [];

interface Needs {
  clients: ClientStore;
  /** Seconds. */
  accessTokenTtl: { opaque: number; jwt: number };
}

/** The engine's `getResourceServerInfo`. Throws `invalid_target` for what this client may not ask for. */
export const createGetResourceServer =
  ({ clients, accessTokenTtl }: Needs) =>
  async (_ctx: KoaContextWithOIDC, indicator: string, client: Client): Promise<ResourceServer> => {
    const resource =
      resourcesOf(client).find((own) => own.indicator === indicator) ??
      (await resourceOfOthers(clients, client, indicator));
    if (resource === undefined) throw new errors.InvalidTarget('resource indicator is not registered for this client');

    const { access_token_format: accessTokenFormat, scopes } = resource;
    return {
      audience: indicator,
      scope: scopes.join(' '),
      accessTokenFormat,
      accessTokenTTL: accessTokenTtl[accessTokenFormat],
      jwt: { sign: { alg: 'ES256' } },
    };
  };

const resourceOfOthers = async (
  clients: ClientStore,
  client: Client,
  indicator: string,
): Promise<ClientResource | undefined> => {
  if (ownMetadata(client.metadata()).resource_indicators?.includes(indicator) !== true) return undefined;
  const owner = await clients.findByResource(indicator);
  return owner === undefined
    ? undefined
    : ownMetadata(owner).resources?.find((resource) => resource.indicator === indicator);
};
