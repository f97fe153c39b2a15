// The account area is a service like any other, registered by ourselves.
import type { ClientMetadata } from 'oidc-provider';

export const ownClientId = 'civic-id-account';
export const callbackPath = '/account/callback';

/** It wants to know that somebody is signed in and nothing else: what it is answered with is never redeemed. */
export const ownClient = (issuer: URL, deploymentName: string): ClientMetadata => ({
  client_id: ownClientId,
  client_name: deploymentName,
  client_uri: new URL('/account', issuer).href,
  redirect_uris: [new URL(callbackPath, issuer).href],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  scope: 'openid',
  subject_type: 'public',
  first_party: true,
});
