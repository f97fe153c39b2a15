// A service without people: tokens for its own business, nothing else, and no page.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { basicOf } from '../support/client-keys.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

let count = 0;
const newResource = (access_token_format: 'jwt' | 'opaque' = 'jwt', scopes = ['read', 'write']) => {
  count += 1;
  return { indicator: `https://api-${count}.example.org/`, scopes, access_token_format };
};

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
