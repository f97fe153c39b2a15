// ATT-X09: where a visitor comes from is what our own proxies saw, never what the visitor says.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { readForm } from '../support/browser-agent.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

describe('ATT-X09 an address that the visitor claims', () => {
  const claims = {
    'X-Forwarded-For': '198.51.100.7, 203.0.113.9',
    'X-Real-IP': '198.51.100.7',
    Forwarded: 'for=198.51.100.7',
    'X-Client-IP': '198.51.100.7',
    'True-Client-IP': '198.51.100.7',
    'CF-Connecting-IP': '198.51.100.7',
  };
  /** The network that the journal notes for a sign-in on this instance, with these headers. */
  const networkOf = async (origin: string, headers: Record<string, string>): Promise<unknown> => {
    const person = await newPerson(two.instances[0]);
    const agent = two.newBrowser({ origin });
    const service = await two.newService({ first_party: true });
    const { action, hidden } = readForm((await agent.open((await service.begin()).url)).html);
    const body = new URLSearchParams({
      ...hidden,
      identifier: person.email ?? '',
      password: person.password,
    }).toString();
    expect((await agent.post(action, body, headers)).status).toBe(303);
    const event = await nativeCollection(two.connection, 'journal').findOne({ accountId: person.id, type: 'sign-in' });
    return event?.['network'];
  };

  it('is not believed where no proxy is trusted', async () => {
    const plain = await networkOf(two.origins[0], {});
    expect(plain).toMatch(/^127\.0\.0\.0\/24$|^0:0:0::\/48$/);
    expect(await networkOf(two.origins[0], claims)).toBe(plain);
  });

  it('is believed as far as our own proxies saw it, counted from the right', async () => {
    const behindOne = await two.startAnother({ trustedProxyHops: 1 });
    const behindTwo = await two.startAnother({ trustedProxyHops: 2 });
    expect(await networkOf(behindOne, claims)).toBe('203.0.113.0/24');
    expect(await networkOf(behindTwo, claims)).toBe('198.51.100.0/24');
    const longer = { 'X-Forwarded-For': `192.0.2.1, ${claims['X-Forwarded-For']}` };
    expect(await networkOf(behindOne, longer)).toBe('203.0.113.0/24');
    expect(await networkOf(behindTwo, longer)).toBe('198.51.100.0/24');
  });

  it('is nothing where it is no address', async () => {
    const behindOne = await two.startAnother({ trustedProxyHops: 1 });
    const plain = await networkOf(behindOne, {});
    for (const value of ['198.51.100.7, nonsense', '"><b>', '1.2.3.4:80', ','])
      expect(await networkOf(behindOne, { 'X-Forwarded-For': value })).toBe(plain);
  });
});
