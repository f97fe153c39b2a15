// Tokens for APIs: a service gets what its registration names, with the scopes that the API has; anything else is refused aloud.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import { wordsOf } from '../support/browser-agent.ts';
import { basicOf } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { newPerson } from '../support/new-person.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { sessionUidOf } from '../support/visits.ts';
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

describe('consent to an API', () => {
  it('shows the scopes, keeps them in the Grant, and is not asked twice', async () => {
    const resource = newResource('jwt', ['read', 'write', 'delete']);
    const service = await two.newService({ resources: [resource] });
    const person = await newPerson(two.instances[0]);
    const agent = two.newBrowser();
    const asked = { scope: 'openid read write', resource: [resource.indicator] };

    const first = await beginCodeFlow(service, asked);
    const consent = await typeCredentials(agent, await agent.open(first.url), person);
    expect(wordsOf(consent)).toContain(resource.indicator);
    expect(wordsOf(consent)).toMatch(/read, write/);
    const tokens = await first.redeem((await agent.submit(consent, {})).url, { resource: resource.indicator });
    expect(decodeJwt(tokens.access_token)['scope']).toBe('read write');

    const grant = await nativeCollection(two.connection, 'oidc_grant').findOne({
      'payload.clientId': service.metadata.client_id,
    });
    expect(grant?.['payload'].resources).toEqual({ [resource.indicator]: 'read write' });
    expect(await sessionUidOf(two, service)).not.toBe('');

    const again = await beginCodeFlow(service, asked);
    expect((await agent.open(again.url)).isElsewhere).toBe(true);
    const elsewhere = two.newBrowser();
    const third = await beginCodeFlow(service, asked);
    expect((await typeCredentials(elsewhere, await elsewhere.open(third.url), person)).isElsewhere).toBe(true);
  });

  it('asks for a scope that is new, and for nothing more', async () => {
    const resource = newResource('jwt', ['read', 'delete']);
    const service = await two.newService({ resources: [resource] });
    const person = await newPerson(two.instances[0]);
    const agent = two.newBrowser();
    const indicators = [resource.indicator];
    await signInAndAllow(
      agent,
      (await beginCodeFlow(service, { scope: 'openid read', resource: indicators })).url,
      person,
    );

    const more = await beginCodeFlow(service, { scope: 'openid read delete', resource: indicators });
    const page = await agent.open(more.url);
    expect(page.isElsewhere).toBe(false);
    expect(wordsOf(page)).toContain('delete');
    const tokens = await more.redeem((await agent.submit(page, {})).url, { resource: resource.indicator });
    expect(decodeJwt(tokens.access_token)['scope']).toBe('read delete');
  });

  it('is not needed by a service of our own', async () => {
    const resource = newResource();
    const service = await two.newService({ resources: [resource], first_party: true });
    const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [resource.indicator] });
    const agent = two.newBrowser();
    expect((await typeCredentials(agent, await agent.open(flow.url), anna)).isElsewhere).toBe(true);
  });
});

describe('a machine', () => {
  const machine = (changes: Record<string, unknown>) =>
    two.newService({ redirect_uris: [], grant_types: ['client_credentials'], ...changes });
  const ask = async (service: RelyingParty, form: Record<string, string>) =>
    two.post('/token', { grant_type: 'client_credentials', ...form }, { headers: basicOf(service) });

  it('gets a JWT or an opaque token for its own API', async () => {
    const [signed, opaque] = [newResource('jwt'), newResource('opaque')];
    const service = await machine({ resources: [signed, opaque] });
    const first = await ask(service, { resource: signed.indicator, scope: 'read' });
    expect(decodeJwt(String(first.body['access_token']))).toMatchObject({
      aud: signed.indicator,
      scope: 'read',
      client_id: service.metadata.client_id,
      sub: service.metadata.client_id,
    });
    const second = await ask(service, { resource: opaque.indicator, scope: 'read write' });
    expect(second.body).toMatchObject({ scope: 'read write', token_type: 'Bearer' });
    expect(String(second.body['access_token'])).not.toContain('.');
  });

  it('is refused a scope that the API does not have, and one without an API', async () => {
    const resource = newResource();
    const service = await machine({ resources: [resource] });
    for (const form of [
      { resource: resource.indicator, scope: 'read delete' },
      { resource: resource.indicator, scope: 'delete' },
      { scope: 'read' },
      { scope: 'unknown' },
    ]) {
      const { status, body } = await ask(service, form);
      expect([status, body['error']]).toEqual([400, 'invalid_scope']);
    }
  });

  it('is refused an API that is not its business, and a second one at once', async () => {
    const [own, other] = [newResource(), newResource()];
    const service = await machine({ resources: [own] });
    await two.newService({ resources: [other] });
    const refused = await ask(service, { resource: other.indicator, scope: 'read' });
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_target']);
  });

  it('gets no code, and no page either', async () => {
    const service = await machine({});
    const url = new URL('/auth', two.issuer);
    url.search = new URLSearchParams({
      client_id: service.metadata.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://evil.example/cb',
    }).toString();
    const page = await two.newBrowser().open(url.href);
    expect(page.isElsewhere).toBe(false);
    expect(page.status).toBe(400);
  });
});

describe('services of one sector', () => {
  it('know a person by one sub, and the sector is stored as its address', async () => {
    const sector = `city-${Date.now()}.example.org`;
    const one = await two.newService({ sector, first_party: true });
    const other = await two.newService({ sector, first_party: true });
    const stranger = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    const subs: unknown[] = [];
    for (const service of [one, other, stranger]) {
      const flow = await beginCodeFlow(service);
      const page = await agent.open(flow.url);
      const callback = page.isElsewhere ? page : await typeCredentials(agent, page, anna);
      subs.push((await flow.redeem(callback.url)).claims()?.sub);
    }
    expect(subs[0]).toBe(subs[1]);
    expect(subs[2]).not.toBe(subs[0]);

    const stored = await nativeCollection<{ _id: string; metadata: Record<string, unknown> }>(
      two.connection,
      'clients',
    ).findOne({ _id: one.metadata.client_id });
    expect(stored?.metadata).toMatchObject({ sector, sector_identifier_uri: `https://${sector}` });
  });

  it('may have addresses on several hosts', async () => {
    const service = await two.newService({
      sector: 'many.example.org',
      redirect_uris: ['https://one.example.org/cb', 'https://two.example.com/cb'],
      first_party: true,
    });
    const flow = await beginCodeFlow(service);
    await flow.redeem((await signInAndAllow(two.newBrowser(), flow.url, anna)).url);
  });
});
