// Services of one sector know a person by one sub (OpenID Connect Core §8.1).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');

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
