// Tokens for APIs: a service gets what its registration names, with the scopes that the API has; anything else is refused aloud.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { basicOf } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
let count = 0;
const newResource = (access_token_format: 'jwt' | 'opaque' = 'jwt', scopes = ['read', 'write']) => {
  count += 1;
  return { indicator: `https://api-${count}.example.org/`, scopes, access_token_format };
};

const errorAtService = async (service: RelyingParty, parameters: { scope: string; resource?: string[] }) => {
  const flow = await beginCodeFlow(service, parameters);
  const page = await two.newBrowser().open(flow.url);
  return page.isElsewhere ? new URL(page.url).searchParams.get('error') : `page ${page.status}`;
};

const pushed = async (service: RelyingParty, parameters: { scope: string; resource?: string }) => {
  const form = {
    client_id: service.metadata.client_id,
    response_type: 'code',
    redirect_uri: service.metadata.redirect_uris[0] ?? '',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...parameters,
  };
  const answer = await two.post('/request', form, { headers: basicOf(service) });
  return answer.status === 201 ? 'pushed' : String(answer.body['error']);
};

describe('a person’s service', () => {
  it('gets a JWT for its own API, which names everything and is signed by a published key', async () => {
    const resource = newResource();
    const service = await two.newService({ resources: [resource], first_party: true });
    const flow = await beginCodeFlow(service, { scope: 'openid read write', resource: [resource.indicator] });
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    const tokens = await flow.redeem(callback.url, { resource: resource.indicator });

    const keys = createRemoteJWKSet(new URL('/jwks', two.issuer));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer: two.issuer.origin,
      audience: resource.indicator,
      typ: 'at+jwt',
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ scope: 'read write', client_id: service.metadata.client_id });
    expect(payload.sub).toBe(tokens.claims()?.sub);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
  });

  it('gets an opaque token for its own API where that wants it so', async () => {
    const resource = newResource('opaque');
    const service = await two.newService({ resources: [resource], first_party: true });
    const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [resource.indicator] });
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    const tokens = await flow.redeem(callback.url, { resource: resource.indicator });
    expect(() => decodeProtectedHeader(tokens.access_token)).toThrow();
    expect(tokens.scope).toBe('read');
  });

  it('gets tokens for an API of others that its registration names, with the scopes of its owner', async () => {
    const resource = newResource();
    await two.newService({ resources: [resource] });
    const service = await two.newService({ resource_indicators: [resource.indicator], first_party: true });
    const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [resource.indicator] });
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    const tokens = await flow.redeem(callback.url, { resource: resource.indicator });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: resource.indicator, scope: 'read' });
  });

  it('gets one token for each of two APIs from one code and its refresh token', async () => {
    const [first, second] = [newResource(), newResource('jwt', ['send'])];
    const service = await two.newService({
      resources: [first, second],
      first_party: true,
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const resource = [first.indicator, second.indicator];
    const flow = await beginCodeFlow(service, { scope: 'openid read send', resource });
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    const tokens = await flow.redeem(callback.url, { resource: first.indicator });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: first.indicator, scope: 'read' });

    const more = await client.refreshTokenGrant(await service.configuration(), tokens.refresh_token ?? '', {
      resource: second.indicator,
    });
    expect(decodeJwt(more.access_token)).toMatchObject({ aud: second.indicator, scope: 'send' });
  });

  it('is refused an API that is not its business, when it asks, pushes or redeems', async () => {
    const resource = newResource();
    await two.newService({ resources: [resource] });
    const stranger = await two.newService({ first_party: true });
    const asked = { scope: 'openid read', resource: [resource.indicator] };
    expect(await errorAtService(stranger, asked)).toBe('invalid_target');
    expect(await pushed(stranger, { scope: 'openid read', resource: resource.indicator })).toBe('invalid_target');
    expect(await errorAtService(stranger, { ...asked, resource: ['https://nowhere.example.org/'] })).toBe(
      'invalid_target',
    );

    const flow = await beginCodeFlow(stranger);
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    await expect(flow.redeem(callback.url, { resource: resource.indicator })).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });

  it('is refused an API that its owner no longer has', async () => {
    const resource = newResource();
    const service = await two.newService({ resource_indicators: [resource.indicator], first_party: true });
    expect(await errorAtService(service, { scope: 'openid read', resource: [resource.indicator] })).toBe(
      'invalid_target',
    );
  });
});

describe('a scope that nobody offers', () => {
  const asking = async () => {
    const resource = newResource();
    return { resource, service: await two.newService({ resources: [resource], first_party: true }) };
  };

  it.each(['openid unknown', 'openid profile Profile', 'openid read', 'openid constructor', 'openid __proto__'])(
    'is refused aloud: %s',
    async (scope) => {
      const { service } = await asking();
      expect(await errorAtService(service, { scope })).toBe('invalid_scope');
      expect(await pushed(service, { scope })).toBe('invalid_scope');
    },
  );

  it('is refused also beside an API that is the service’s own', async () => {
    const { service, resource } = await asking();
    const asked = { scope: 'openid read delete' };
    expect(await errorAtService(service, { ...asked, resource: [resource.indicator] })).toBe('invalid_scope');
    expect(await pushed(service, { ...asked, resource: resource.indicator })).toBe('invalid_scope');
  });
});
