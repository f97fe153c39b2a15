import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const withRefresh = { grant_types: ['authorization_code', 'refresh_token'] };

const tokensFor = async (service: RelyingParty, id: string, parameters: Record<string, string> = {}) => {
  const request = await service.begin(parameters);
  return request.finish((await signInAndAllow(createBrowserAgent(idp.issuer), request.url, citizen(id))).url);
};

describe('userinfo', () => {
  const userinfoOf = async (id: string, scope: string) => {
    const service = await newService(idp);
    const tokens = await tokensFor(service, id, { scope });
    return client.fetchUserInfo(await service.configuration(), tokens.access_token, tokens.claims()?.sub ?? '');
  };

  it('gives the standard claims of the scopes that were allowed', async () => {
    const { sub, updated_at: updatedAt, ...claims } = await userinfoOf('anna', 'openid profile email phone address');
    expect(sub).toMatch(/^[\w-]{43}$/);
    expect(updatedAt).toEqual(expect.any(Number));
    expect(claims).toEqual({
      name: 'Ковалёва Анна Сергеевна',
      family_name: 'Ковалёва',
      given_name: 'Анна',
      middle_name: 'Сергеевна',
      gender: 'female',
      birthdate: '1988-03-14',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      email: 'anna@example.org',
      email_verified: true,
      phone_number: '+79000000001',
      phone_number_verified: true,
      address: expect.objectContaining({ locality: 'Примерск', country: 'Россия' }),
    });
  });

  it('leaves out what the account does not have', async () => {
    const claims = await userinfoOf('maria', 'openid profile email phone address');
    expect(Object.keys(claims).sort()).toEqual(
      ['email', 'email_verified', 'family_name', 'given_name', 'locale', 'name', 'sub', 'updated_at'].sort(),
    );
  });

  it('gives nothing of a scope that was not asked', async () => {
    expect(Object.keys(await userinfoOf('anna', 'openid email')).sort()).toEqual(['email', 'email_verified', 'sub']);
  });
});

describe('a pushed request', () => {
  it('leads through the same pages and is good for once', async () => {
    const service = await newService(idp);
    const request = await service.begin();
    const parameters = Object.fromEntries(new URL(request.url).searchParams);
    const pushed = await client.buildAuthorizationUrlWithPAR(await service.configuration(), parameters);
    expect([...pushed.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);

    const agent = createBrowserAgent(idp.issuer);
    await request.finish((await signInAndAllow(agent, pushed.href, citizen('anna'))).url);
    const again = await agent.open(pushed.href);
    expect(again.status).toBe(400);
    expect(titleOf(again)).toContain('The sign-in link no longer works');
  });
});

describe('tokens of a person', () => {
  it('are dead once the service revokes them, and a stranger cannot', async () => {
    const service = await newService(idp, withRefresh);
    const configuration = await service.configuration();
    const { access_token: token } = await tokensFor(service, 'anna');
    const stranger = await (await newService(idp)).configuration();
    await client.tokenRevocation(stranger, token).catch(() => undefined);
    expect(await client.tokenIntrospection(configuration, token)).toMatchObject({ active: true });

    await client.tokenRevocation(configuration, token);
    expect(await client.tokenIntrospection(configuration, token)).toEqual({ active: false });
  });

  it('are renewed by a refresh token that is good for once', async () => {
    const service = await newService(idp, withRefresh);
    const configuration = await service.configuration();
    const first = await tokensFor(service, 'anna');
    const second = await client.refreshTokenGrant(configuration, String(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const sub = first.claims()?.sub ?? '';
    expect(await client.fetchUserInfo(configuration, second.access_token, sub)).toMatchObject({ sub });

    const reuse = client.refreshTokenGrant(configuration, String(first.refresh_token));
    await expect(reuse).rejects.toMatchObject({ error: 'invalid_grant' });
    const next = client.refreshTokenGrant(configuration, String(second.refresh_token));
    await expect(next).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('are bound to the key of the service where it uses DPoP', async () => {
    const service = await newService(idp, { dpop_bound_access_tokens: true });
    const configuration = await service.configuration();
    const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair('ES256'));
    const request = await service.begin();
    const callback = await signInAndAllow(createBrowserAgent(idp.issuer), request.url, citizen('anna'));
    const tokens = await request.finish(callback.url, { DPoP });
    expect(tokens.token_type).toBe('dpop');

    const sub = tokens.claims()?.sub ?? '';
    expect(await client.fetchUserInfo(configuration, tokens.access_token, sub, { DPoP })).toMatchObject({ sub });
    const thief = await fetch(new URL('/me', idp.issuer), {
      headers: { Authorization: `Bearer ${tokens.access_token}`, Accept: 'application/json' },
    });
    expect(thief.status).toBe(401);
  });
});

describe('how a service proves who it is', () => {
  it('signs with its private key', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
    const service = await newService(
      idp,
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_secret: undefined,
        jwks: { keys: [{ ...jwk, alg: 'ES256' }] },
      },
      client.PrivateKeyJwt(pair.privateKey),
    );
    expect((await tokensFor(service, 'anna')).claims()?.sub).toEqual(expect.any(String));
  });

  it('sends its secret in the form where it is registered so', async () => {
    const metadata = { token_endpoint_auth_method: 'client_secret_post' };
    const service = await newService(idp, metadata, client.ClientSecretPost('the-posted-secret-0123456789abcdef-0123'));
    await expect(tokensFor(service, 'anna')).rejects.toMatchObject({ error: 'invalid_client' });
    const honest = await newService(idp, metadata, client.ClientSecretPost());
    expect((await tokensFor(honest, 'anna')).token_type).toBe('bearer');
  });

  it('proves nothing where it cannot keep a secret', async () => {
    const service = await newService(
      idp,
      { token_endpoint_auth_method: 'none', client_secret: undefined },
      client.None(),
    );
    expect((await tokensFor(service, 'anna')).token_type).toBe('bearer');
  });

  it('is told in ASCII English what is wrong', async () => {
    const response = await fetch(new URL('/token', idp.issuer), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Accept-Language': 'ru' },
      body: 'grant_type=authorization_code&code=x&client_id=nobody&client_secret=x',
    });
    expect(response.status).toBe(401);
    const answer = await response.text();
    expect(JSON.parse(answer)).toMatchObject({ error: 'invalid_client' });
    expect(answer).toMatch(/^[\x20-\x7E]+$/);
  });
});
