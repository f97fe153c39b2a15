// The registered scope is the most that a service may ask for, by whatever parameter.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const claims = (names: string[]) =>
  JSON.stringify({ userinfo: Object.fromEntries(names.map((name) => [name, null])), id_token: { auth_time: null } });

it.each([true, false])('claims beyond it are refused, also for our own services: %s', async (isOwn) => {
  const service = await newService(idp, { scope: 'openid email', first_party: isOwn });
  for (const name of ['snils', 'documents', 'inn', 'phone_number', 'urn:civic-id:claim:assurance_level']) {
    const request = await service.begin({ scope: 'openid', claims: claims([name]) });
    const answer = await createBrowserAgent(idp.issuer).open(request.url);
    await expect(request.finish(answer.url)).rejects.toMatchObject({ error: 'invalid_request' });
  }
});

it('claims within it are given, and a service without a registered scope may ask for any', async () => {
  for (const scope of ['openid email', undefined]) {
    const service = await newService(idp, { first_party: true, ...(scope === undefined ? {} : { scope }) });
    const request = await service.begin({ scope: 'openid', claims: claims(['email']) });
    const callback = await signInAndAllow(createBrowserAgent(idp.issuer), request.url, citizen('anna'));
    expect(await request.finish(callback.url)).toHaveProperty('access_token');
  }
});
