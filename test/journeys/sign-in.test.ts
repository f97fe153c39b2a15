import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const newService = async (changes: Record<string, unknown> = {}) => {
  const metadata = serviceMetadata(changes);
  await idp.register(metadata);
  return createRelyingParty(idp.issuer, metadata);
};

describe('signing in at a service', () => {
  it('leads from the service through sign-in and consent back to the service, signed in', async () => {
    const service = await newService();
    const request = await service.begin();
    const agent = createBrowserAgent(idp.issuer);

    const signInPage = await agent.open(request.url);
    expect(titleOf(signInPage)).toContain('Sign in');
    expect(wordsOf(signInPage)).toContain(String(service.metadata['client_name']));

    const consentPage = await typeCredentials(agent, signInPage, citizen('anna'));
    expect(consentPage.status).toBe(200);
    expect(wordsOf(consentPage)).toContain('anna@example.org');
    expect(wordsOf(consentPage)).toContain('Ковалёва');

    const callback = await agent.submit(consentPage, {});
    expect(callback.isElsewhere).toBe(true);
    const tokens = await request.finish(callback.url);
    const claims = tokens.claims();
    expect(claims).toMatchObject({ acr: 'urn:civic-id:acr:password', amr: ['pwd'] });
    expect(Math.abs(Number(claims?.['auth_time']) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('asks nothing at all at the second visit', async () => {
    const service = await newService();
    const agent = createBrowserAgent(idp.issuer);
    await signInAndAllow(agent, (await service.begin()).url, citizen('ivan'));

    const again = await service.begin();
    const callback = await agent.open(again.url);
    expect(callback.isElsewhere).toBe(true);
    await again.finish(callback.url);
  });
});
