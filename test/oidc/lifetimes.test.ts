// How long codes, tokens and pages live; rotation never prolongs past the end.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { refreshTokenGrant } from 'openid-client';
import { basicOf } from '../support/client-keys.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { nextVisit, signInAt, withRefresh, type Visit } from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
const hour = 60;
const day = 24 * hour;
const second = 1 / 60;

describe('what a service gets', () => {
  const api = { indicator: 'https://jwt.example.org/api', scopes: ['read'], access_token_format: 'jwt' };
  const vault = { indicator: 'https://opaque.example.org/api', scopes: ['read'], access_token_format: 'opaque' };

  it('is an ID token for ten minutes and an opaque access token for ten minutes', async () => {
    const { tokens } = await signInAt(two, anna);
    const { iat = 0, exp = 0 } = decodeJwt(String(tokens.id_token));
    expect(exp - iat).toBe(600);
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(30);
    expect(tokens.expires_in).toBe(600);
  });

  it.each([
    ['a JWT for five minutes', api, 300],
    ['an opaque token for ten', vault, 600],
  ])('for an API is %s', async (_name, resource, lifetime) => {
    const indicator = `${resource.indicator}/${lifetime}`;
    const service = await two.newService({ first_party: true, resources: [{ ...resource, indicator }] });
    const flow = await beginCodeFlow(service, { scope: 'openid read', resource: [indicator] });
    const callback = await signInAndAllow(two.newBrowser(), flow.url, anna);
    const tokens = await flow.redeem(callback.url, { resource: indicator });
    expect(tokens.expires_in).toBe(lifetime);

    const machine = await two.newService({
      redirect_uris: [],
      grant_types: ['client_credentials'],
      resource_indicators: [indicator],
    });
    const answer = await two.post(
      '/token',
      { grant_type: 'client_credentials', resource: indicator, scope: 'read' },
      { headers: basicOf(machine) },
    );
    expect(answer.body['expires_in']).toBe(lifetime);
  });

  it('opens userinfo for ten minutes and not for eleven', async () => {
    const { tokens } = await signInAt(two, anna);
    const look = async () =>
      (await two.get('/me', { headers: { Authorization: `Bearer ${tokens.access_token}` } })).status;
    await two.age(9.9);
    expect(await look()).toBe(200);
    await two.age(1.1);
    expect(await look()).toBe(401);
  });
});

describe('a refresh token', () => {
  const refresh = async ({ service }: Visit, token: string) => refreshTokenGrant(await service.configuration(), token);
  const refused = { error: 'invalid_grant' };

  it('is given with every code to a client that has the grant, without offline_access', async () => {
    const { tokens } = await signInAt(two, anna);
    expect(tokens.refresh_token).toEqual(expect.any(String));
    expect(tokens.scope).not.toContain('offline_access');
  });

  it('is given to no other client, whatever it asks for', async () => {
    const service = await two.newService({ first_party: true });
    const request = await service.begin({ scope: 'openid offline_access', prompt: 'consent' });
    const callback = await signInAndAllow(two.newBrowser(), request.url, anna);
    const tokens = await request.finish(callback.url);
    expect(tokens.refresh_token).toBeUndefined();
    await expect(refreshTokenGrant(await service.configuration(), 'x')).rejects.toMatchObject({ status: 400 });
  });

  it('outlives the session that has gone idle', async () => {
    const visit = await signInAt(two, anna);
    await two.age(13 * hour);
    expect(await nextVisit(visit)).toBe('sign-in page');
    await refresh(visit, visit.tokens.refresh_token ?? '');
  });

  it('lives thirty days since the first, however often it is replaced', async () => {
    const visit = await signInAt(two, anna);
    let token = visit.tokens.refresh_token ?? '';
    for (const days of [10, 10, 9.9]) {
      await two.age(days * day);
      token = (await refresh(visit, token)).refresh_token ?? '';
    }
    await two.age(0.2 * day);
    await expect(refresh(visit, token)).rejects.toMatchObject(refused);
  });

  it('that is never used lives thirty days and no longer', async () => {
    const used = await signInAt(two, anna);
    const unused = await signInAt(two, anna);
    await two.age(30 * day - 10);
    await refresh(used, used.tokens.refresh_token ?? '');
    await two.age(20);
    await expect(refresh(unused, unused.tokens.refresh_token ?? '')).rejects.toMatchObject(refused);
  });

  it('given late in a session still has its thirty days: the Grant outlives it', async () => {
    const visit = await signInAt(two, anna);
    for (let turn = 0; turn < 13; turn += 1) {
      await two.age(54);
      expect(await nextVisit(visit)).toBe('code');
    }
    const request = await visit.service.begin();
    const tokens = await request.finish((await visit.agent.open(request.url)).url);
    await two.age(30 * day - 10);
    await refresh(visit, tokens.refresh_token ?? '');
  });

  it('says what is new: the ID token of a refresh keeps the time of the sign-in', async () => {
    const visit = await signInAt(two, anna);
    const signedInAt = Number(visit.tokens.claims()?.['auth_time']);
    await two.age(day);
    const { claims } = { claims: (await refresh(visit, visit.tokens.refresh_token ?? '')).claims() };
    expect(claims).toMatchObject({ auth_time: signedInAt - day * 60, acr: 'urn:civic-id:acr:password' });
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(600);
  });
});

describe('what is on its way', () => {
  it('a code is refused after 61 seconds', async () => {
    const service = await two.newService({ ...withRefresh, first_party: true });
    const request = await service.begin();
    const callback = await signInAndAllow(two.newBrowser(), request.url, anna);
    await two.age(61 * second);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('a code is good for 55 seconds', async () => {
    const service = await two.newService({ first_party: true });
    const request = await service.begin();
    const callback = await signInAndAllow(two.newBrowser(), request.url, anna);
    await two.age(55 * second);
    await request.finish(callback.url);
  });

  it('a sign-in page is answered for an hour', async () => {
    const request = await (await two.newService({ first_party: true })).begin();
    const agent = two.newBrowser();
    const page = await agent.open(request.url);
    await two.age(59);
    await request.finish((await typeCredentials(agent, page, anna)).url);
  });

  it('a sign-in page is over after 61 minutes, and says so', async () => {
    const request = await (await two.newService({ first_party: true })).begin();
    const agent = two.newBrowser();
    const page = await agent.open(request.url);
    await two.age(61);
    const answer = await typeCredentials(agent, page, anna);
    expect(answer.status).toBe(400);
    expect(answer.isElsewhere).toBe(false);
    expect((await agent.open(page.url)).status).toBe(400);
  });

  it('a consent page is over after 61 minutes, and says so', async () => {
    const request = await (await two.newService()).begin();
    const agent = two.newBrowser();
    const page = await typeCredentials(agent, await agent.open(request.url), citizen('maria'));
    await two.age(61);
    const answer = await agent.submit(page, {});
    expect(answer.status).toBe(400);
    expect(answer.isElsewhere).toBe(false);
  });
});
