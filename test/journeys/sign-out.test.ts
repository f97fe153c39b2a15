import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildEndSessionUrl, fetchUserInfo, refreshTokenGrant } from 'openid-client';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const goodbye = 'https://goodbye.example.org/bye';
const anna = citizen('anna');

const signedIn = async () => {
  const service = await newService(idp, {
    post_logout_redirect_uris: [goodbye],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const agent = createBrowserAgent(idp.issuer);
  const request = await service.begin();
  const tokens = await request.finish((await signInAndAllow(agent, request.url, anna)).url);
  return { service, agent, tokens, idToken: String(tokens.id_token) };
};

const openSignOut = async (agent: BrowserAgent, service: RelyingParty, parameters: Record<string, string>) =>
  agent.open(buildEndSessionUrl(await service.configuration(), parameters).href);
/** The form of this page is bound to its buttons by id; a browser sends its hidden fields and the button's. */
const leaveEverything = (agent: BrowserAgent, page: PageView) => agent.submit(page, { logout: 'yes' });
const isAskedToSignIn = async (agent: BrowserAgent, service: RelyingParty) =>
  titleOf(await agent.open((await service.begin()).url)).includes('Sign in');

describe('signing out, begun by a service', () => {
  it('asks first, with the name of the service, and ends nothing by a GET', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, { id_token_hint: idToken });
    expect(page.status).toBe(200);
    expect(titleOf(page)).toContain('Sign out?');
    expect(wordsOf(page)).toContain(`You want to sign out of ${String(service.metadata['client_name'])}`);
    expect(await isAskedToSignIn(agent, service)).toBe(false);
  });

  it('ends the session and returns to the service with its state', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, {
      id_token_hint: idToken,
      post_logout_redirect_uri: goodbye,
      state: 'where-i-was',
    });
    const callback = await leaveEverything(agent, page);
    expect(callback.url).toBe(`${goodbye}?state=where-i-was`);
    expect(await isAskedToSignIn(agent, service)).toBe(true);
  });

  it('ends what was issued in the session', async () => {
    const { service, agent, idToken, tokens } = await signedIn();
    await leaveEverything(agent, await openSignOut(agent, service, { id_token_hint: idToken }));

    const configuration = await service.configuration();
    await expect(fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')).rejects.toMatchObject({
      status: 401,
    });
    await expect(refreshTokenGrant(configuration, String(tokens.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('leaves a kept session cookie worth nothing', async () => {
    const { service, agent, idToken } = await signedIn();
    const visit = await agent.get((await service.begin()).url);
    const kept = [visit.headers['set-cookie']].flat().map((cookie) => String(cookie).split(';', 1)[0]);
    expect(kept.join()).toContain('civic_session=');
    const ask = async () =>
      createBrowserAgent(idp.issuer).get((await service.begin()).url, { Cookie: kept.join('; ') });
    expect((await ask()).headers['location']).not.toContain('/interaction/');

    await leaveEverything(agent, await openSignOut(agent, service, { id_token_hint: idToken }));
    expect((await ask()).headers['location']).toContain('/interaction/');
  });

  it('says that the person is out where there is nowhere to return to', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await leaveEverything(agent, await openSignOut(agent, service, { id_token_hint: idToken }));
    expect(page.isElsewhere).toBe(false);
    expect(wordsOf(page)).toContain('You have left Civic ID');
  });

  it('leaves only the service when the person wants that, and keeps the other services', async () => {
    const { service, agent, idToken } = await signedIn();
    const other = await newService(idp, { first_party: true });
    const page = await agent.submit(await openSignOut(agent, service, { id_token_hint: idToken }), {});
    expect(wordsOf(page)).toContain(`You have left ${String(service.metadata['client_name'])}`);
    expect(wordsOf(page)).toContain('still signed in to Civic ID');
    expect((await agent.open((await other.begin()).url)).isElsewhere).toBe(true);
  });

  it('does not redirect to an address that the service has not registered', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, {
      id_token_hint: idToken,
      post_logout_redirect_uri: 'https://evil.example/',
    });
    expect(page.status).toBe(400);
    expect(page.html).not.toContain('evil.example');
    expect(await isAskedToSignIn(agent, service)).toBe(false);
  });

  it('takes no confirmation from another browser', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, { id_token_hint: idToken });
    const stranger = await signedIn();
    const refused = await leaveEverything(stranger.agent, page);
    expect(refused.status).toBe(403);
    expect(await isAskedToSignIn(stranger.agent, stranger.service)).toBe(false);
    expect(await isAskedToSignIn(agent, service)).toBe(false);
  });
});

describe('the pages of signing out', () => {
  it('speak the language that the service asks for', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, { id_token_hint: idToken, ui_locales: 'pt' });
    expect(page.html).toContain('<html lang="pt">');
  });

  it('are still about the same service in another language', async () => {
    const { service, agent, idToken } = await signedIn();
    const page = await openSignOut(agent, service, { id_token_hint: idToken, post_logout_redirect_uri: goodbye });
    const link = /<a href="([^"]*)" hreflang="pt"/.exec(page.html)?.[1] ?? '';
    const portuguese = await agent.open(link.replaceAll('&amp;', '&'));
    expect(portuguese.html).toContain('<html lang="pt">');
    expect(wordsOf(portuguese)).toContain(String(service.metadata['client_name']));
    expect((await leaveEverything(agent, portuguese)).url).toBe(goodbye);
  });

  it('are ours also for somebody who is not signed in', async () => {
    const service = await newService(idp);
    const page = await openSignOut(createBrowserAgent(idp.issuer, { language: 'pt' }), service, {});
    expect(page.html).toContain('<html lang="pt">');
    expect(page.html).not.toContain('<script>');
  });

  it('speak of signing out, not of signing in, when the request was wrong', async () => {
    const { service, agent } = await signedIn();
    const page = await openSignOut(agent, service, { id_token_hint: 'not-a-token' });
    expect(page.status).toBe(400);
    expect(titleOf(page)).not.toContain('Sign-in');
  });
});
