import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());

const newService = async () => {
  const metadata = serviceMetadata({ first_party: true });
  await idp.register(metadata);
  return createRelyingParty(idp.issuer, metadata);
};

const lastCodeTo = async (agent: BrowserAgent, to: string): Promise<string> => {
  const outbox = await agent.get('/sandbox/outbox', { Accept: 'application/json' });
  const message = (outbox.body as { to: string; code: string | null }[]).find(
    (entry) => entry.to === to && entry.code !== null,
  );
  return message?.code ?? '';
};

describe('a first sign-in on a new device', () => {
  it('asks for a code by SMS, and signs in with amr pwd and sms', async () => {
    const service = await newService();
    const agent = createBrowserAgent(idp.issuer);
    const anna = citizen('anna');
    const request = await service.begin();
    const page = await typeCredentials(agent, await agent.open(request.url), anna);
    expect(titleOf(page)).toContain('Confirm that it is you');
    expect(wordsOf(page)).toContain('+7 ••• •••-00-01');
    expect(page.html).not.toContain('+79000000001');

    const wrong = await agent.submit(page, { code: '000000' });
    expect(wrong.status).toBe(422);

    const callback = await agent.submit(wrong, {
      code: await lastCodeTo(agent, '+79000000001'),
      remember_browser: 'yes',
    });
    const tokens = await request.finish(callback.url);
    expect(tokens.claims()).toMatchObject({ amr: ['pwd', 'sms'], acr: 'urn:civic-id:acr:password' });

    const again = await service.begin({ prompt: 'login' });
    const remembered = await typeCredentials(agent, await agent.open(again.url), anna);
    expect(remembered.isElsewhere).toBe(true);
  });

  it('asks by e-mail where there is no phone, and that is no second factor', async () => {
    const service = await newService();
    const agent = createBrowserAgent(idp.issuer);
    const request = await service.begin();
    const page = await typeCredentials(agent, await agent.open(request.url), citizen('maria'));
    const callback = await agent.submit(page, { code: await lastCodeTo(agent, 'maria@example.org') });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it('takes no code from another browser', async () => {
    const service = await newService();
    const agent = createBrowserAgent(idp.issuer);
    const page = await typeCredentials(agent, await agent.open((await service.begin()).url), citizen('ivan'));
    const stranger = createBrowserAgent(idp.issuer);
    expect((await stranger.open(page.url)).status).toBe(400);
  });
});
