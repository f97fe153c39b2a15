// A redirect address is the registered one, letter by letter, or the person sees our page and goes nowhere (RFC 9700 §2.1, ATT-R01).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { citizen, signInAndAllow } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { isSignInPage } from '../support/visits.ts';
import type { BrowserAgent } from '../support/browser-agent.ts';
import type { RelyingParty } from '../support/relying-party.ts';

const registered = 'https://app.example.org/callback';
const onLaptop = 'http://127.0.0.1/callback';

let two: Two;
let agent: BrowserAgent;
let service: RelyingParty;
let laptop: RelyingParty;
beforeAll(async () => {
  two = await startTwo();
  agent = two.newBrowser();
  service = await two.newService({ redirect_uris: [registered], first_party: true });
  laptop = await two.newService({
    redirect_uris: [onLaptop],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    client_secret: undefined,
    first_party: true,
  });
  await signInAndAllow(agent, (await service.begin()).url, citizen('anna'));
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const variants = [
  'https://app.example.org/Callback',
  'https://APP.example.org/callback',
  'HTTPS://app.example.org/callback',
  'https://app.example.org:443/callback',
  'https://app.example.org:8443/callback',
  'https://app.example.org/callback/',
  'https://app.example.org/callback?',
  'https://app.example.org/callback?x=1',
  'https://app.example.org/callback#',
  'https://app.example.org/callback#x',
  'https://user@app.example.org/callback',
  'https://app.example.org@evil.example/callback',
  'https://app.example.org.evil.example/callback',
  'https://app.example.org./callback',
  'https://app.example.org/x/../callback',
  'https://app.example.org/./callback',
  'https://app.example.org/%63allback',
  'https://app.example.org/callback%2e',
  'https://app.example.org/callback%00',
  'https://app.example.org//callback',
  'https:/app.example.org/callback',
  'https:\\\\app.example.org\\callback',
  'https://app.example.org\\@evil.example/callback',
  'https://аpp.example.org/callback',
  'https://xn--pp-7kc.example.org/callback',
  'http://app.example.org/callback',
  '//app.example.org/callback',
  '/callback',
  'javascript:alert(1)//https://app.example.org/callback',
  ' https://app.example.org/callback',
  'https://app.example.org/callback ',
  'https://app.example.org/callback\n',
  'https://app.example.org/callback https://app.example.org/callback',
  '',
];

const open = async (client: RelyingParty, redirect_uri: string) => {
  const { pathname, search } = new URL((await client.begin({ redirect_uri })).url);
  return agent.get(`${pathname}${search}`);
};

describe('an address that is almost the registered one', () => {
  it.each(variants)('%j leads to our page and nowhere else', async (redirect_uri) => {
    const answer = await open(service, redirect_uri);
    expect(answer.status).toBe(400);
    expect(answer.headers['location']).toBeUndefined();
    expect(answer.text).toContain('<title>');
    expect(answer.text).not.toContain('evil.example');
  });

  it.each(variants)('%j is refused when it is pushed', async (redirect_uri) => {
    const answer = await two.post('/request', {
      client_id: service.metadata.client_id,
      client_secret: String(service.metadata['client_secret']),
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      redirect_uri,
    });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
  });

  it.each(['left out', 'twice'])('%s is refused', async (how) => {
    const url = new URL((await service.begin()).url);
    url.searchParams.delete('redirect_uri');
    if (how === 'twice') for (let turn = 0; turn < 2; turn += 1) url.searchParams.append('redirect_uri', registered);
    const answer = await agent.get(`${url.pathname}${url.search}`);
    expect(answer.status).toBe(400);
    expect(answer.headers['location']).toBeUndefined();
  });

  it('is refused when the code is redeemed', async () => {
    const callback = await agent.open((await service.begin()).url);
    const form = {
      grant_type: 'authorization_code',
      code: new URL(callback.url).searchParams.get('code') ?? '',
      code_verifier: 'x'.repeat(43),
      client_id: service.metadata.client_id,
      client_secret: String(service.metadata['client_secret']),
    };
    for (const redirect_uri of [`${registered}/`, 'https://evil.example/', '']) {
      const { status, body } = await two.post('/token', { ...form, redirect_uri });
      expect(status).toBe(400);
      expect(body['error']).toMatch(/invalid_(grant|request)/);
    }
  });
});

describe('an app on the person’s own machine', () => {
  it('may listen on any port of the loopback address it registered (RFC 8252 §7.3)', async () => {
    for (const redirect_uri of [onLaptop, 'http://127.0.0.1:51004/callback']) {
      const callback = await agent.open((await laptop.begin({ redirect_uri })).url);
      expect(callback.isElsewhere).toBe(true);
      expect(callback.url.startsWith(`${redirect_uri}?code=`)).toBe(true);
    }
  });

  it.each([
    'http://localhost/callback',
    'http://[::1]/callback',
    'http://127.0.0.2/callback',
    'http://127.1/callback',
    'https://127.0.0.1/callback',
    'http://127.0.0.1/callback/x',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
  ])('may not listen at %s', async (redirect_uri) => {
    const answer = await open(laptop, redirect_uri);
    expect(answer.status).toBe(400);
    expect(answer.headers['location']).toBeUndefined();
  });
});

describe('a request that is posted', () => {
  const postOf = async (client: RelyingParty, changes: Record<string, string> = {}, browser = agent) => {
    const { searchParams } = new URL((await client.begin(changes)).url);
    return { searchParams, answer: await browser.post('/auth', searchParams.toString()) };
  };

  it('comes back as the same request by GET, with 303', async () => {
    const { searchParams, answer } = await postOf(service, { state: 'a b&c=d', scope: 'openid profile' });
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers['location'] ?? '', two.issuer);
    expect(target.origin).toBe(two.issuer.origin);
    expect(target.pathname).toBe('/auth');
    expect([...target.searchParams]).toEqual([...searchParams]);
  });

  it('finds the person signed in, and ends at the service', async () => {
    const request = await service.begin();
    const posted = await agent.post('/auth', new URL(request.url).searchParams.toString());
    const callback = await agent.open(posted.headers['location'] ?? '');
    await request.finish(callback.url);
  });

  it('shows the sign-in page to a stranger', async () => {
    const browser = two.newBrowser();
    const { answer } = await postOf(service, {}, browser);
    expect(isSignInPage(await browser.open(answer.headers['location'] ?? ''))).toBe(true);
  });

  it('is refused as by GET, whatever is wrong with it', async () => {
    const { answer } = await postOf(service, { redirect_uri: 'https://evil.example/' });
    expect((await agent.open(answer.headers['location'] ?? '')).status).toBe(400);
    const twice = await agent.post('/auth', 'client_id=a&client_id=b');
    expect((await agent.open(twice.headers['location'] ?? '')).status).toBe(400);
  });

  it('is refused where it is no form, or longer than any address may be', async () => {
    expect((await agent.post('/auth', '{}', { 'Content-Type': 'application/json' })).status).toBe(415);
    expect((await agent.post('/auth', `state=${'x'.repeat(9000)}`)).status).toBe(413);
  });
});
