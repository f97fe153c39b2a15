// A service that asks for a sign-in and checks what comes back, by an independent library.
import * as client from 'openid-client';

export interface RelyingParty {
  metadata: Record<string, unknown> & { client_id: string; redirect_uris: string[] };
  /** A new authorization request; the answer to it is checked by `finish`. */
  begin: (parameters?: Record<string, string>) => Promise<{
    url: string;
    finish: (
      callback: string,
      options?: client.DPoPOptions,
    ) => Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
  }>;
  configuration: () => Promise<client.Configuration>;
}

let count = 0;

/** Metadata of a confidential client with a name of its own; `changes` replace parts of it. */
export const serviceMetadata = (changes: Record<string, unknown> = {}) => {
  count += 1;
  const id = `service-${count}`;
  return {
    client_id: id,
    client_name: `Service ${count}`,
    client_secret: `secret-of-${id}-0123456789abcdef0123456789`,
    redirect_uris: [`https://${id}.example.org/callback`],
    ...changes,
  };
};

/** `metadata` must have been registered with the provider. */
export const createRelyingParty = (
  issuer: URL,
  metadata: ReturnType<typeof serviceMetadata>,
  authentication: client.ClientAuth = client.ClientSecretBasic(metadata.client_secret),
): RelyingParty => {
  let discovered: Promise<client.Configuration> | undefined;
  const configuration = () =>
    (discovered ??= client.discovery(issuer, metadata.client_id, { ...metadata }, authentication, {
      execute: [client.allowInsecureRequests],
    }));

  return {
    metadata,
    configuration,
    begin: async (parameters = {}) => {
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: metadata.redirect_uris[0] ?? '',
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...parameters,
      });
      return {
        url: url.href,
        finish: async (callback, options) => {
          const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
          return client.authorizationCodeGrant(await configuration(), new URL(callback), checks, undefined, options);
        },
      };
    },
  };
};
