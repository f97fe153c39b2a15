// Two libraries that know nothing of us complete everything a careful service does, with keys instead of secrets.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { keyMetadata, newServiceKey } from './support/client-keys.ts';
import { citizen, signInAndAllow } from './support/people.ts';
import { startTwo, type Two } from './support/start-two.ts';
import { serviceMetadata } from './support/relying-party.ts';
import type { BrowserAgent } from './support/browser-agent.ts';

const goodbye = 'https://goodbye.example.org/bye';
const anna = citizen('anna');

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

type Alg = 'ES256' | 'RS256';

/** A service that has promised all it can: pushed requests only, its own key, tokens bound to a key. */
const register = async (alg: Alg) => {
  const key = await newServiceKey(alg);
  const metadata = serviceMetadata({
    ...keyMetadata(key),
    id_token_signed_response_alg: alg,
    token_endpoint_auth_signing_alg: alg,
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    grant_types: ['authorization_code', 'refresh_token'],
    post_logout_redirect_uris: [goodbye],
  });
  await two.register(JSON.parse(JSON.stringify(metadata)));
  return { key, metadata, redirectUri: metadata.redirect_uris[0] ?? '' };
};

const leave = async (agent: BrowserAgent, url: string): Promise<string> => {
  const page = await agent.open(url);
  return (await agent.submit(page, { logout: 'yes' })).url;
};

describe.each<Alg>(['ES256', 'RS256'])('with ID tokens signed by %s', (alg) => {
  it('openid-client completes everything', async () => {
    const { key, metadata, redirectUri } = await register(alg);
    const configuration = await openid.discovery(
      two.issuer,
      metadata.client_id,
      { id_token_signed_response_alg: alg },
      openid.PrivateKeyJwt({ key: key.privateKey, kid: key.kid }),
      { execute: [openid.allowInsecureRequests] },
    );
    const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'));
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedNonce = openid.randomNonce();
    const expectedState = openid.randomState();

    const url = await openid.buildAuthorizationUrlWithPAR(
      configuration,
      {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        nonce: expectedNonce,
        state: expectedState,
      },
      { DPoP },
    );
    const agent = two.newBrowser();
    const callback = new URL((await signInAndAllow(agent, url.href, anna)).url);
    const checks = { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true };
    const tokens = await openid.authorizationCodeGrant(configuration, callback, checks, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');

    const sub = tokens.claims()?.sub ?? '';
    expect(await openid.fetchUserInfo(configuration, tokens.access_token, sub, { DPoP })).toMatchObject({
      email: anna.email,
    });
    const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, { DPoP });
    expect(renewed.claims()?.sub).toBe(sub);
    expect(await openid.tokenIntrospection(configuration, renewed.access_token)).toMatchObject({
      active: true,
      sub,
      token_type: 'DPoP',
    });

    await openid.tokenRevocation(configuration, renewed.refresh_token ?? '');
    expect(await openid.tokenIntrospection(configuration, renewed.access_token)).toEqual({ active: false });

    const farewell = openid.buildEndSessionUrl(configuration, {
      id_token_hint: renewed.id_token ?? '',
      post_logout_redirect_uri: goodbye,
      state: expectedState,
    });
    expect(await leave(agent, farewell.href)).toBe(`${goodbye}?state=${expectedState}`);
  });

  it('oauth4webapi completes everything', async () => {
    const { key, metadata, redirectUri } = await register(alg);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const discovered = await oauth.discoveryRequest(two.issuer, insecure);
    const server = await oauth.processDiscoveryResponse(new URL(two.issuer.origin), discovered);
    const client: oauth.Client = { client_id: metadata.client_id, id_token_signed_response_alg: alg };
    const authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid });
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const options = { ...insecure, DPoP };

    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const state = oauth.generateRandomState();
    const parameters = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid profile email',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
    });
    const pushed = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, options);
    const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(server, client, pushed);
    const url = new URL(server.authorization_endpoint ?? '');
    url.searchParams.set('client_id', client.client_id);
    url.searchParams.set('request_uri', requestUri);

    const agent = two.newBrowser();
    const callback = new URL((await signInAndAllow(agent, url.href, anna)).url);
    const answer = oauth.validateAuthResponse(server, client, callback, state);
    const granted = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      answer,
      redirectUri,
      verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, granted, insecure);
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';

    const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, options);
    expect(await oauth.processUserInfoResponse(server, client, sub, userinfo)).toMatchObject({ email: anna.email });

    const refreshed = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      tokens.refresh_token ?? '',
      options,
    );
    const renewed = await oauth.processRefreshTokenResponse(server, client, refreshed);

    const introspect = async () => {
      const looked = await oauth.introspectionRequest(server, client, authentication, renewed.access_token, insecure);
      return oauth.processIntrospectionResponse(server, client, looked);
    };
    expect(await introspect()).toMatchObject({ active: true, sub });
    const revoked = await oauth.revocationRequest(
      server,
      client,
      authentication,
      renewed.refresh_token ?? '',
      insecure,
    );
    await oauth.processRevocationResponse(revoked);
    expect(await introspect()).toEqual({ active: false });

    const farewell = new URL(server.end_session_endpoint ?? '');
    farewell.search = new URLSearchParams({
      id_token_hint: renewed.id_token ?? '',
      post_logout_redirect_uri: goodbye,
      state,
    }).toString();
    expect(await leave(agent, farewell.href)).toBe(`${goodbye}?state=${state}`);
  });
});

describe('a service that has promised to push', () => {
  it('gets nothing for a request in the address bar', async () => {
    const { metadata, redirectUri } = await register('ES256');
    const url = new URL('/auth', two.issuer);
    url.search = new URLSearchParams({
      client_id: metadata.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }).toString();
    const page = await two.newBrowser().open(url.href);
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('discovery', () => {
  it('says what there is and nothing that there is not', async () => {
    const { body } = await two.get('/.well-known/openid-configuration');
    expect(body).toMatchObject({
      issuer: two.issuer.origin,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: `${two.issuer.origin}/request`,
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      claims_parameter_supported: true,
    });
    expect(JSON.stringify(body)).not.toMatch(/HS256|implicit/);
  });
});
