// Who may look into a token: the service it was given to, and the API it is for; everybody else learns that it is not active.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { basicOf } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { limits } from '../../config/index.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo({ limits: { ...limits, clientCacheSeconds: 0 } });
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

let count = 0;
const newResource = (access_token_format: 'jwt' | 'opaque') => {
  count += 1;
  return { indicator: `https://api-${count}.example.org/`, scopes: ['read'], access_token_format };
};
const introspect = (service: RelyingParty, token: string, more: Record<string, string> = {}) =>
  two.post('/token/introspection', { token, ...more }, { headers: basicOf(service) });

/** A service with all kinds of opaque tokens for an API of somebody else's. */
const allTokens = async () => {
  const resource = newResource('opaque');
  const owner = await two.newService({ resources: [resource] });
  const service = await two.newService({
    resource_indicators: [resource.indicator],
    first_party: true,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  });
  const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [resource.indicator] });
  const callback = await signInAndAllow(two.newBrowser(), flow.url, citizen('anna'));
  const forApi = await flow.redeem(callback.url, { resource: resource.indicator });

  const plainFlow = await beginCodeFlow(service);
  const plain = await plainFlow.redeem((await signInAndAllow(two.newBrowser(), plainFlow.url, citizen('anna'))).url);
  const own = await two.post(
    '/token',
    { grant_type: 'client_credentials', resource: resource.indicator, scope: 'read' },
    { headers: basicOf(service) },
  );
  return {
    resource,
    owner,
    service,
    sub: forApi.claims()?.sub,
    forApi: forApi.access_token,
    plain: plain.access_token,
    refresh: forApi.refresh_token ?? '',
    machine: String(own.body['access_token']),
  };
};

describe('introspection tells', () => {
  it('a service about its own tokens', async () => {
    const { service, resource, sub, forApi, plain, refresh, machine } = await allTokens();
    const of = async (token: string) => (await introspect(service, token)).body;
    const client_id = service.metadata.client_id;
    expect(await of(forApi)).toMatchObject({ active: true, client_id, aud: resource.indicator, scope: 'read', sub });
    expect(await of(plain)).toMatchObject({ active: true, client_id, scope: 'openid', sub });
    expect(await of(refresh)).toMatchObject({ active: true, client_id });
    expect(await of(machine)).toMatchObject({ active: true, client_id, aud: resource.indicator, scope: 'read' });
  });

  it('an API about tokens that are for it, by the sub of the service that brings them', async () => {
    const { owner, service, resource, sub, forApi, machine } = await allTokens();
    const client_id = service.metadata.client_id;
    const { body } = await introspect(owner, forApi);
    expect(body).toMatchObject({ active: true, client_id, aud: resource.indicator, scope: 'read', sub });
    expect((await introspect(owner, machine)).body).toMatchObject({ active: true, client_id });
  });

  it('an API nothing about tokens that are for others', async () => {
    const { owner, plain, refresh } = await allTokens();
    for (const token of [plain, refresh]) expect((await introspect(owner, token)).body).toEqual({ active: false });
  });

  it('strangers nothing at all', async () => {
    const { forApi, plain, refresh, machine } = await allTokens();
    const stranger = await two.newService({ resources: [newResource('opaque')] });
    for (const token of [forApi, plain, refresh, machine, 'nonsense', ''.padEnd(43, 'x')]) {
      const { status, body } = await introspect(stranger, token);
      expect([status, body]).toEqual([200, { active: false }]);
    }
  });

  it('a public client nothing, not even about its own', async () => {
    const service = await two.newService({
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      first_party: true,
    });
    const { post } = two;
    const flow = await beginCodeFlow(service);
    const { url } = await signInAndAllow(two.newBrowser(), flow.url, citizen('anna'));
    expect(url).toContain('code=');
    const { forApi } = await allTokens();
    const { body } = await post('/token/introspection', { token: forApi, client_id: service.metadata.client_id });
    expect(body).toEqual({ active: false });
  });

  it('nobody without authentication', async () => {
    const { forApi } = await allTokens();
    expect((await two.post('/token/introspection', { token: forApi })).status).toBe(400);
    const wrong = { Authorization: `Basic ${Buffer.from('nobody:secret').toString('base64')}` };
    expect((await two.post('/token/introspection', { token: forApi }, { headers: wrong })).status).toBe(401);
  });

  it.each(['access_token', 'refresh_token', 'nonsense'])(
    'the same whatever hint is given: %s',
    async (token_type_hint) => {
      const { service, forApi, refresh } = await allTokens();
      for (const token of [forApi, refresh])
        expect((await introspect(service, token, { token_type_hint })).body['active']).toBe(true);
    },
  );

  it('nothing of a JWT: whoever holds it reads it', async () => {
    const resource = newResource('jwt');
    const service = await two.newService({
      redirect_uris: [],
      grant_types: ['client_credentials'],
      resources: [resource],
    });
    const { body } = await two.post(
      '/token',
      { grant_type: 'client_credentials', resource: resource.indicator, scope: 'read' },
      { headers: basicOf(service) },
    );
    const answer = await introspect(service, String(body['access_token']));
    expect([answer.status, answer.body['error']]).toEqual([400, 'unsupported_token_type']);
  });
});

describe('a service that is disabled', () => {
  const disable = (service: RelyingParty) =>
    nativeCollection<{ _id: string }>(two.connection, 'clients').updateOne(
      { _id: service.metadata.client_id },
      { $set: { isDisabled: true } },
    );

  it('has no active token, whoever asks', async () => {
    const { owner, service, forApi, machine } = await allTokens();
    await disable(service);
    for (const token of [forApi, machine]) {
      const { status, body } = await introspect(owner, token);
      expect([status, body]).toEqual([200, { active: false }]);
    }
  });

  it('opens nothing with its tokens, refreshes none, redeems none and may ask for none', async () => {
    const { service, plain, refresh } = await allTokens();
    const flow = await beginCodeFlow(service);
    const { url } = await signInAndAllow(two.newBrowser(), flow.url, citizen('anna'));
    await disable(service);

    expect((await two.get('/me', { headers: { Authorization: `Bearer ${plain}` } })).status).toBe(401);
    const form = { grant_type: 'refresh_token', refresh_token: refresh };
    expect((await two.post('/token', form, { headers: basicOf(service) })).status).toBe(401);
    await expect(flow.redeem(url)).rejects.toMatchObject({ status: 401 });
    expect((await introspect(service, plain)).status).toBe(401);

    const page = await two.newBrowser().open(flow.url);
    expect(page.isElsewhere).toBe(false);
    expect(page.status).toBe(400);
  });

  it('cannot be signed out of with an error page of ours that is a failure', async () => {
    const { service } = await allTokens();
    await disable(service);
    const page = await two.newBrowser().open(`/session/end?client_id=${service.metadata.client_id}`);
    expect(page.status).toBe(400);
  });
});
