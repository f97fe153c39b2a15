import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());

it('BF-01 keeps nobody out of a browser that they had remembered, however often strangers try', async () => {
  const anna = citizen('anna');
  const service = await newService(idp, { first_party: true });
  const home = createBrowserAgent(idp.issuer);
  const codePage = await typeCredentials(home, await home.open((await service.begin()).url), anna);
  const [{ code }] = (await home.get('/sandbox/outbox', { Accept: 'application/json' })).body;
  expect((await home.submit(codePage, { code, remember_browser: 'yes' })).isElsewhere).toBe(true);

  const stranger = createBrowserAgent(idp.issuer);
  let page = await stranger.open((await service.begin()).url);
  for (const identifier of [anna.phone, anna.email]) {
    for (let turn = 0; turn < 11; turn += 1) {
      page = await stranger.submit(page, { identifier: identifier ?? '', password: 'a guess of a stranger' });
      expect(page.status).toBe(422);
    }
  }

  const again = await home.open((await service.begin({ prompt: 'login' })).url);
  expect((await typeCredentials(home, again, anna)).isElsewhere).toBe(true);
});
