// The code flow step by step, for tests that send more with the code than a usual service does.
import * as client from 'openid-client';
import type { RelyingParty } from './relying-party.ts';

export interface CodeFlow {
  url: string;
  /** `parameters` go to the token endpoint with the code, such as `resource`. */
  redeem: (
    callback: string,
    parameters?: Record<string, string>,
    options?: client.DPoPOptions,
  ) => Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

/** `resource` may stand several times, as a list. */
export const beginCodeFlow = async (
  service: RelyingParty,
  { resource = [], ...parameters }: { resource?: string[]; scope?: string; prompt?: string; claims?: string } = {},
): Promise<CodeFlow> => {
  const configuration = await service.configuration();
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const query = new URLSearchParams({
    redirect_uri: service.metadata.redirect_uris[0] ?? '',
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  for (const indicator of resource) query.append('resource', indicator);
  return {
    url: client.buildAuthorizationUrl(configuration, query).href,
    redeem: (callback, more, options) =>
      client.authorizationCodeGrant(configuration, new URL(callback), { pkceCodeVerifier }, more, options),
  };
};
