// What an ID token says of the sign-in behind it: which level, by what, and when.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';

const password = 'urn:civic-id:acr:password';
const secondFactor = 'urn:civic-id:acr:second-factor';
const pin = 'urn:civic-id:acr:pin';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

describe('the ID token', () => {
  it('says the same sign-in at every later visit', async () => {
    const service = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    const first = await service.begin();
    const claims = (await first.finish((await signInAndAllow(agent, first.url, citizen('anna'))).url)).claims();
    await two.age(5);
    const second = await service.begin({ acr_values: password });
    const later = (await second.finish((await agent.open(second.url)).url)).claims();
    expect(later).toMatchObject({ acr: password, amr: ['pwd'], auth_time: Number(claims?.['auth_time']) - 300 });
  });

  it('is dated by the new sign-in after prompt=login', async () => {
    const service = await two.newService({ first_party: true });
    const browser = two.newBrowser();
    await signInAndAllow(browser, (await service.begin()).url, citizen('anna'));
    await two.age(5);
    const request = await service.begin({ prompt: 'login', acr_values: password });
    const callback = await typeCredentials(browser, await browser.open(request.url), citizen('anna'));
    const claims = (await request.finish(callback.url)).claims();
    expect(Math.abs(Number(claims?.['auth_time']) - Date.now() / 1000)).toBeLessThan(30);
  });
});

it('discovery lists the levels that exist, the plainest first', async () => {
  const { body } = await two.get('/.well-known/openid-configuration');
  expect(body['acr_values_supported']).toEqual([password, secondFactor, pin]);
});
