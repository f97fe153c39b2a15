import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';

const pinAcr = 'urn:civic-id:acr:pin';
const passwordAcr = 'urn:civic-id:acr:password';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const newService = async (changes: Record<string, unknown> = {}) => {
  const metadata = serviceMetadata({ grant_types: ['authorization_code', 'refresh_token'], ...changes });
  await idp.register(metadata);
  return createRelyingParty(idp.issuer, metadata);
};

const signedIn = async (id: string) => {
  const service = await newService();
  const agent = createBrowserAgent(idp.issuer);
  await signInAndAllow(agent, (await service.begin()).url, citizen(id));
  return { service, agent, person: citizen(id) };
};

describe('a request that asks for the PIN', () => {
  it('is confirmed by the PIN, and says so for this request alone', async () => {
    const { service, agent, person } = await signedIn('anna');
    const request = await service.begin({ acr_values: pinAcr });

    const page = await agent.open(request.url);
    expect(titleOf(page)).toContain('PIN');
    expect(wordsOf(page)).toContain(String(service.metadata['client_name']));

    const callback = await agent.submit(page, { pin: person.pin ?? '' });
    const tokens = await request.finish(callback.url);
    expect(tokens.claims()).toMatchObject({ acr: pinAcr, amr: ['pwd', 'pin'] });
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.expires_in).toBeLessThanOrEqual(300);

    const next = await service.begin();
    const plain = await next.finish((await agent.open(next.url)).url);
    expect(plain.claims()).toMatchObject({ acr: passwordAcr, amr: ['pwd'] });
  });

  it('asks for the sign-in first, then consent, then the PIN', async () => {
    const service = await newService();
    const agent = createBrowserAgent(idp.issuer);
    const request = await service.begin({ acr_values: pinAcr });
    const consent = await typeCredentials(agent, await agent.open(request.url), citizen('ivan'));
    const page = await agent.submit(consent, {});
    expect(titleOf(page)).toContain('PIN');
    const callback = await agent.submit(page, { pin: citizen('ivan').pin ?? '' });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ acr: pinAcr });
  });

  it('ends after three wrong tries with access_denied', async () => {
    const { service, agent } = await signedIn('emily');
    const request = await service.begin({ acr_values: pinAcr });
    let page = await agent.open(request.url);
    for (const triesLeft of [2, 1]) {
      page = await agent.submit(page, { pin: '0000' });
      expect(page.status).toBe(422);
      expect(wordsOf(page)).toContain(`${triesLeft} tr`);
    }
    page = await agent.submit(page, { pin: '0000' });
    expect(page.isElsewhere).toBe(true);
    expect(new URL(page.url).searchParams.get('error')).toBe('access_denied');
  });

  it('tells a person without a PIN before any field, and the service gets unmet_authentication_requirements', async () => {
    const { service, agent } = await signedIn('olga');
    const request = await service.begin({ acr_values: pinAcr });
    const page = await agent.open(request.url);
    expect(page.html).not.toContain('name="pin"');
    const callback = await agent.submit(page, { action: 'cancel' });
    expect(new URL(callback.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
  });
});
