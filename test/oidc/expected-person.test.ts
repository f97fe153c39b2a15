// A service that names the person it expects gets that person or nobody (OpenID Connect Core §3.1.2.1, §5.5.1).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { isSignInPage } from '../support/visits.ts';
import type { BrowserAgent } from '../support/browser-agent.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
const ivan = citizen('ivan');

/** What the service knows Anna by, from an earlier visit in a browser long closed. */
const knowAnna = async (service: RelyingParty) => {
  const request = await service.begin();
  const tokens = await request.finish((await signInAndAllow(two.newBrowser(), request.url, anna)).url);
  return { idToken: String(tokens.id_token), sub: String(tokens.claims()?.sub) };
};
type Known = Awaited<ReturnType<typeof knowAnna>>;

const ways: [string, (known: Known) => Record<string, string>][] = [
  ['id_token_hint', ({ idToken }) => ({ id_token_hint: idToken })],
  ['claims.id_token.sub.value', ({ sub }) => ({ claims: JSON.stringify({ id_token: { sub: { value: sub } } }) })],
  [
    'both',
    ({ idToken, sub }) => ({
      id_token_hint: idToken,
      claims: JSON.stringify({ id_token: { sub: { essential: true, value: sub } } }),
    }),
  ],
];
const cases = ways.flatMap(([way, naming]) =>
  (['pairwise', 'public'] as const).map((type): [string, string, typeof naming] => [way, type, naming]),
);

describe.each(cases)('a service that expects Anna by %s (%s sub)', (_way, subject_type, naming) => {
  const begin = async (more: Record<string, string> = {}) => {
    const service = await two.newService({ subject_type, first_party: true });
    const known = await knowAnna(service);
    return { service, known, request: await service.begin({ ...naming(known), ...more }) };
  };
  const browserOf = async (person: typeof anna, service: RelyingParty): Promise<BrowserAgent> => {
    const agent = two.newBrowser();
    await signInAndAllow(agent, (await service.begin()).url, person);
    return agent;
  };

  it('gets Anna silently where she is signed in', async () => {
    const { service, known, request } = await begin();
    const agent = await browserOf(anna, service);
    const callback = await agent.open(request.url);
    expect(callback.isElsewhere).toBe(true);
    expect((await request.finish(callback.url)).claims()?.sub).toBe(known.sub);
  });

  it('gets Anna with prompt=none where she is signed in, and login_required where Ivan is or nobody', async () => {
    const { service, request } = await begin({ prompt: 'none' });
    const callback = await (await browserOf(anna, service)).open(request.url);
    await request.finish(callback.url);
    for (const agent of [await browserOf(ivan, service), two.newBrowser()]) {
      const refused = await agent.open(request.url);
      expect(new URL(refused.url).searchParams.get('error')).toBe('login_required');
    }
  });

  it('gets Anna after she signs in', async () => {
    const { known, request } = await begin();
    const agent = two.newBrowser();
    const callback = await typeCredentials(agent, await agent.open(request.url), anna);
    expect((await request.finish(callback.url)).claims()?.sub).toBe(known.sub);
  });

  it('lets the sign-in page be shown where Ivan is signed in, and gets Anna when she signs in there', async () => {
    const { service, known, request } = await begin();
    const agent = await browserOf(ivan, service);
    const page = await agent.open(request.url);
    expect(isSignInPage(page)).toBe(true);
    const callback = await typeCredentials(agent, page, anna);
    expect(callback.isElsewhere).toBe(true);
    expect((await request.finish(callback.url)).claims()?.sub).toBe(known.sub);
  });

  it('gets login_required in one round when Ivan signs in, signed in before or not', async () => {
    const { service, request } = await begin();
    for (const agent of [two.newBrowser(), await browserOf(ivan, service)]) {
      const callback = await typeCredentials(agent, await agent.open(request.url), ivan);
      expect(callback.isElsewhere).toBe(true);
      expect(new URL(callback.url).searchParams.get('error')).toBe('login_required');
    }
  });

  it('gets login_required when Anna was signed in, was asked again, and Ivan signed in', async () => {
    const { service, request } = await begin({ prompt: 'login' });
    const agent = await browserOf(anna, service);
    const callback = await typeCredentials(agent, await agent.open(request.url), ivan);
    expect(callback.isElsewhere).toBe(true);
    expect(new URL(callback.url).searchParams.get('error')).toBe('login_required');
  });
});

describe('a hint that is no hint', () => {
  const withHint = async (service: RelyingParty, hint: string) => {
    const agent = two.newBrowser();
    return agent.open((await service.begin({ id_token_hint: hint })).url);
  };

  it('of another service is an invalid request', async () => {
    const service = await two.newService({ first_party: true });
    const { idToken } = await knowAnna(await two.newService({ first_party: true }));
    const page = await withHint(service, idToken);
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
  });

  it('with a changed signature, or of no algorithm, is an invalid request', async () => {
    const service = await two.newService({ first_party: true });
    const { idToken } = await knowAnna(service);
    const [head = '', body = ''] = idToken.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const hint of [`${head}.${body}.${'A'.repeat(86)}`, `${none}.${body}.`, 'rubbish']) {
      const page = await withHint(service, hint);
      expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
    }
  });

  it('that has expired is still one', async () => {
    const service = await two.newService({ first_party: true });
    const { idToken } = await knowAnna(service);
    await two.age(60);
    expect(isSignInPage(await withHint(service, idToken))).toBe(true);
  });

  it('names nobody’s sub: whoever signs in is refused in one round', async () => {
    const service = await two.newService({ first_party: true });
    const request = await service.begin({ claims: '{"id_token":{"sub":{"value":"nobody"}}}' });
    const agent = two.newBrowser();
    const callback = await typeCredentials(agent, await agent.open(request.url), anna);
    expect(new URL(callback.url).searchParams.get('error')).toBe('login_required');
  });
});
