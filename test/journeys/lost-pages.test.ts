import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const newBrowser = () => createBrowserAgent(idp.issuer);
const reference = /Number for support: [2-9A-Z]{5}-[2-9A-Z]{5}/;

/** The page that says that this is over, with the way back to the service. */
const expectGone = (page: PageView, service: RelyingParty) => {
  const name = String(service.metadata['client_name']);
  expect(page.status).toBe(400);
  expect(titleOf(page)).toContain('This sign-in page no longer works');
  expect(wordsOf(page)).toContain(`Back to ${name}`);
  expect(page.html).toContain(`href="${new URL(service.metadata.redirect_uris[0] ?? '').origin}"`);
  expect(wordsOf(page)).toMatch(reference);
  expect(page.html).not.toContain('<form');
};

describe('the back button after a sign-in', () => {
  it('leads to a page that says so and shows the way back to the service', async () => {
    const service = await newService(idp);
    const agent = newBrowser();
    const signInPage = await agent.open((await service.begin()).url);
    const consentPage = await typeCredentials(agent, signInPage, anna);
    await agent.submit(consentPage, {});

    expectGone(await agent.open(signInPage.url), service);
    expectGone(await agent.open(consentPage.url), service);
  });

  it('does nothing when the form of that page is sent once more', async () => {
    const service = await newService(idp);
    const agent = newBrowser();
    const signInPage = await agent.open((await service.begin()).url);
    const consentPage = await typeCredentials(agent, signInPage, anna);
    await agent.submit(consentPage, {});

    expectGone(await typeCredentials(agent, signInPage, anna), service);
    expectGone(await agent.submit(consentPage, {}), service);
    expectGone(await agent.submit(consentPage, { action: 'cancel' }), service);
  });

  it('is over as soon as the person is signed in; the service’s link leads on to consent', async () => {
    const service = await newService(idp);
    const request = await service.begin();
    const agent = newBrowser();
    const signInPage = await agent.open(request.url);
    await typeCredentials(agent, signInPage, anna);

    expectGone(await agent.open(signInPage.url), service);
    expect(titleOf(await agent.open(request.url))).toContain('What the service will learn about you');
  });
});

describe('a sign-in page of another browser', () => {
  it('is not shown, and says what to do', async () => {
    const service = await newService(idp);
    const page = await newBrowser().open((await service.begin()).url);
    const stranger = newBrowser();
    await stranger.open((await service.begin()).url);
    expectGone(await stranger.open(page.url), service);
  });

  it('takes no password and no cancel', async () => {
    const service = await newService(idp);
    const request = await service.begin();
    const owner = newBrowser();
    const page = await owner.open(request.url);

    const stranger = newBrowser();
    const own = await stranger.open((await service.begin()).url);
    const csrf = /name="csrf" value="([^"]*)"/.exec(own.html)?.[1] ?? '';
    const fields = { csrf, identifier: String(anna.email), password: anna.password };
    expectGone(await stranger.submit(page, fields), service);
    expectGone(await stranger.submit(page, { ...fields, action: 'cancel' }), service);

    await request.finish((await owner.submit(await typeCredentials(owner, page, anna), {})).url);
  });

  it('takes no consent', async () => {
    const service = await newService(idp);
    const owner = newBrowser();
    const consentPage = await typeCredentials(owner, await owner.open((await service.begin()).url), anna);

    const stranger = newBrowser();
    const own = await stranger.open((await service.begin()).url);
    const csrf = /name="csrf" value="([^"]*)"/.exec(own.html)?.[1] ?? '';
    expectGone(await stranger.submit(consentPage, { csrf }), service);
  });
});

describe('a sign-in page after an hour', () => {
  it('is over, whether it is opened, sent or cancelled', async () => {
    const aging = await startCivicId();
    try {
      const service = await newService(aging);
      const agent = createBrowserAgent(aging.issuer);
      const page = await agent.open((await service.begin()).url);
      await aging.age(61);

      expectGone(await agent.open(page.url), service);
      expectGone(await typeCredentials(agent, page, anna), service);
      expectGone(await agent.submit(page, { identifier: '', password: '', action: 'cancel' }), service);

      const again = await service.begin();
      expect((await typeCredentials(agent, await agent.open(again.url), anna)).status).toBe(200);
    } finally {
      await aging.stop();
    }
  });

  it('is over for consent too', async () => {
    const aging = await startCivicId();
    try {
      const service = await newService(aging);
      const agent = createBrowserAgent(aging.issuer);
      const consentPage = await typeCredentials(agent, await agent.open((await service.begin()).url), anna);
      await aging.age(61);
      expectGone(await agent.submit(consentPage, {}), service);
    } finally {
      await aging.stop();
    }
  });
});

describe('an address that was never a sign-in', () => {
  it('says to begin at the service', async () => {
    const page = await newBrowser().open('/interaction/never-was-one');
    expect(page.status).toBe(400);
    expect(wordsOf(page)).toContain('Open the service you wanted to sign in to and start again');
    expect(wordsOf(page)).toMatch(reference);
  });
});

describe('a request that cannot be answered', () => {
  const changed = async (service: RelyingParty, parameters: Record<string, string | undefined>) => {
    const url = new URL((await service.begin()).url);
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    return url.href;
  };

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 'We do not know this service'],
    ['no client', { client_id: undefined }, 'Sign-in could not start'],
    ['a redirect_uri of somebody else', { redirect_uri: 'https://evil.example/callback' }, 'not registered'],
    ['no redirect_uri', { redirect_uri: undefined }, 'Sign-in could not start'],
  ])('shows a page in our words with a reference and sends nobody away: %s', async (_what, parameters, words) => {
    const page = await newBrowser().open(await changed(await newService(idp), parameters));
    expect(page.isElsewhere).toBe(false);
    expect(page.status).toBe(400);
    expect(wordsOf(page)).toContain(words);
    expect(wordsOf(page)).toMatch(reference);
    expect(page.html).not.toContain('evil.example');
  });

  it('shows the way back to the service that is known', async () => {
    const service = await newService(idp);
    const page = await newBrowser().open(await changed(service, { redirect_uri: 'https://evil.example/callback' }));
    expect(wordsOf(page)).toContain(`Back to ${String(service.metadata['client_name'])}`);
  });

  it('tells the service what only the service can mend', async () => {
    const service = await newService(idp);
    const page = await newBrowser().open(await changed(service, { code_challenge: undefined }));
    const answer = new URL(page.url).searchParams;
    expect(page.url.startsWith(String(service.metadata.redirect_uris[0]))).toBe(true);
    expect(answer.get('error')).toBe('invalid_request');
    expect(answer.get('error_description')).toMatch(/^[\x20-\x7E]+$/);
    expect(answer.get('iss')).toBe(idp.issuer.origin);
  });
});

describe('a session that ended meanwhile', () => {
  it('asks for a sign-in instead of consent when the session is an hour old', async () => {
    const aging = await startCivicId();
    try {
      const agent = createBrowserAgent(aging.issuer);
      await signInAndAllow(agent, (await (await newService(aging)).begin()).url, anna);
      await aging.age(61);
      expect(titleOf(await agent.open((await (await newService(aging)).begin()).url))).toContain('Sign in');
    } finally {
      await aging.stop();
    }
  });
});
