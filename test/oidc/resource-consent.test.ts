// What an API lets a service do is shown to the person once, and kept with what they allowed.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { nativeCollection } from '../../src/mongo/index.ts';
import { wordsOf } from '../support/browser-agent.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { newPerson } from '../support/new-person.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { sessionUidOf } from '../support/visits.ts';

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
    expect((await typeCredentials(agent, await agent.open(flow.url), citizen('anna'))).isElsewhere).toBe(true);
  });
});
