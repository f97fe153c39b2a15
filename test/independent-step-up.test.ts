// Two libraries that know nothing of us ask for the PIN as a careful service does, and believe the answer only after every check.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { keyMetadata, newServiceKey } from './support/client-keys.ts';
import { serviceMetadata } from './support/relying-party.ts';
import { startTwo, type Two } from './support/start-two.ts';
import {
  hasPinField,
  newPersonWithPin,
  passwordAcr,
  pinAcr,
  rightPin,
  signInWithPin,
  wrongPin,
  type SignedInPerson,
} from './support/step-up.ts';
import type { BrowserAgent, PageView } from './support/browser-agent.ts';

let two: Two;
let visit: SignedInPerson;
beforeAll(async () => {
  two = await startTwo();
  const [idp] = two.instances;
  visit = await signInWithPin(idp, { person: await newPersonWithPin(idp) });
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

/** A service with its own key, whose every request is pushed. */
const register = async () => {
  const key = await newServiceKey();
  const metadata = serviceMetadata({
    ...keyMetadata(key),
    first_party: true,
    require_pushed_authorization_requests: true,
    require_auth_time: true,
    grant_types: ['authorization_code', 'refresh_token'],
  });
  await two.register(JSON.parse(JSON.stringify(metadata)));
  return { key, metadata, redirectUri: metadata.redirect_uris[0] ?? '' };
};

/** Mistyped once, then right: what the person does between question and answer. */
const confirm = async (agent: BrowserAgent, url: string): Promise<PageView> => {
  const page = await agent.open(url);
  expect(hasPinField(page)).toBe(true);
  return agent.submit(await agent.submit(page, { pin: wrongPin }), { pin: rightPin });
};
const freshSeconds = 60;

interface Claims {
  acr?: unknown;
  amr?: unknown;
  auth_time?: unknown;
  iat?: unknown;
}
const expectConfirmed = ({ acr, amr, auth_time: authTime, iat }: Claims): void => {
  expect(acr).toBe(pinAcr);
  expect(amr).toEqual(['pwd', 'pin']);
  const age = Math.floor(Date.now() / 1000) - Number(iat);
  expect(age).toBeLessThanOrEqual(freshSeconds);
  expect(Number(authTime)).toBeLessThanOrEqual(Number(iat));
};

describe('openid-client', () => {
  const discover = async () => {
    const { key, metadata, redirectUri } = await register();
    const configuration = await openid.discovery(
      two.issuer,
      metadata.client_id,
      undefined,
      openid.PrivateKeyJwt({ key: key.privateKey, kid: key.kid }),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
    );
    const ask = async (more: Record<string, string>) => {
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const checks = { pkceCodeVerifier, expectedNonce: openid.randomNonce(), expectedState: openid.randomState() };
      const url = await openid.buildAuthorizationUrlWithPAR(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        nonce: checks.expectedNonce,
        state: checks.expectedState,
        ...more,
      });
      const finish = (callback: string) =>
        openid.authorizationCodeGrant(configuration, new URL(callback), {
          ...checks,
          idTokenExpected: true,
          maxAge: 3600,
        });
      return { url: url.href, finish };
    };
    return { configuration, ask };
  };

  it('asks by PAR, believes the signed answer, and finds the same in the token', async () => {
    const { configuration, ask } = await discover();
    const { url, finish } = await ask({ acr_values: pinAcr, max_age: '3600' });
    expect([...new URL(url).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const tokens = await finish((await confirm(visit.agent, url)).url);
    expectConfirmed(tokens.claims() ?? {});
    const seen = await openid.tokenIntrospection(configuration, tokens.access_token);
    expect(seen).toMatchObject({ active: true, acr: pinAcr, amr: ['pwd', 'pin'], sub: tokens.claims()?.sub });
  });

  it('asks for it essentially, and for one person', async () => {
    const { ask } = await discover();
    const plain = await ask({});
    const sub = (await plain.finish((await visit.agent.open(plain.url)).url)).claims()?.sub;
    const claims = { id_token: { acr: { essential: true, value: pinAcr }, sub: { value: sub } } };
    const { url, finish } = await ask({ claims: JSON.stringify(claims) });
    const answered = (await finish((await confirm(visit.agent, url)).url)).claims();
    expectConfirmed(answered ?? {});
    expect(answered?.sub).toBe(sub);
  });

  it('learns by name why it was not confirmed', async () => {
    const { ask } = await discover();
    const { url, finish } = await ask({ acr_values: pinAcr });
    const page = await visit.agent.open(url);
    const callback = await visit.agent.submit(page, { action: 'cancel' });
    await expect(finish(callback.url)).rejects.toMatchObject({ error: 'access_denied' });
    const silent = await ask({ acr_values: pinAcr, prompt: 'none' });
    const refused = await visit.agent.open(silent.url);
    await expect(silent.finish(refused.url)).rejects.toMatchObject({ error: 'interaction_required' });
  });
});

describe('oauth4webapi', () => {
  it('asks by PAR with its key, checks signature, nonce and auth_time, and sees the level in the token', async () => {
    const { key, metadata, redirectUri } = await register();
    const insecure = { [oauth.allowInsecureRequests]: true };
    const discovered = await oauth.discoveryRequest(two.issuer, insecure);
    const server = await oauth.processDiscoveryResponse(new URL(two.issuer.origin), discovered);
    expect(server.acr_values_supported).toEqual([passwordAcr, 'urn:civic-id:acr:second-factor', pinAcr]);
    const client: oauth.Client = { client_id: metadata.client_id, require_auth_time: true };
    const authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid });

    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const state = oauth.generateRandomState();
    const asked = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      acr_values: pinAcr,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
    });
    const pushed = await oauth.pushedAuthorizationRequest(server, client, authentication, asked, insecure);
    const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(server, client, pushed);
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri: requestUri }).toString();

    const callback = new URL((await confirm(visit.agent, url.href)).url);
    const answer = oauth.validateAuthResponse(server, client, callback, state);
    const granted = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      answer,
      redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted, {
      expectedNonce: nonce,
      maxAge: 3600,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, granted, insecure);
    expectConfirmed(oauth.getValidatedIdTokenClaims(tokens) ?? {});
    expect(tokens.refresh_token).toBeUndefined();

    const looked = await oauth.introspectionRequest(server, client, authentication, tokens.access_token, insecure);
    const seen = await oauth.processIntrospectionResponse(server, client, looked);
    expect(seen).toMatchObject({ active: true, acr: pinAcr, amr: ['pwd', 'pin'] });
    expect(Number(seen.exp) - Number(seen.iat)).toBeLessThanOrEqual(300);
  });
});
