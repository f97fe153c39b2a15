import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const newBrowser = () => createBrowserAgent(idp.issuer);
const valueOf = (page: PageView, field: string) =>
  new RegExp(`<input id="${field}"[^>]* value="([^"]*)"`).exec(page.html)?.[1];

describe('signing in at a service', () => {
  it('leads from the service through sign-in and consent back to the service, signed in', async () => {
    const service = await newService(idp);
    const request = await service.begin();
    const agent = newBrowser();

    const signInPage = await agent.open(request.url);
    expect(titleOf(signInPage)).toContain('Sign in');
    expect(wordsOf(signInPage)).toContain(String(service.metadata['client_name']));

    const consentPage = await typeCredentials(agent, signInPage, anna);
    expect(consentPage.status).toBe(200);
    expect(wordsOf(consentPage)).toContain('anna@example.org');
    expect(wordsOf(consentPage)).toContain('Ковалёва');

    const callback = await agent.submit(consentPage, {});
    expect(callback.isElsewhere).toBe(true);
    const claims = (await request.finish(callback.url)).claims();
    expect(claims).toMatchObject({ acr: 'urn:civic-id:acr:password', amr: ['pwd'] });
    expect(Math.abs(Number(claims?.['auth_time']) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('asks nothing at all at the second visit', async () => {
    const service = await newService(idp);
    const agent = newBrowser();
    await signInAndAllow(agent, (await service.begin()).url, citizen('ivan'));

    const again = await service.begin();
    const callback = await agent.open(again.url);
    expect(callback.isElsewhere).toBe(true);
    await again.finish(callback.url);
  });

  it('sends the browser on with 303 after a form was accepted', async () => {
    const agent = newBrowser();
    const page = await agent.open((await (await newService(idp)).begin()).url);
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const form = new URLSearchParams({ csrf, identifier: String(anna.email), password: anna.password });
    expect((await agent.post(`${page.url}/sign-in`, form.toString())).status).toBe(303);
  });
});

describe('an identifier may be written in any usual way', () => {
  const digits = String(anna.snils).replace(/\D/g, '');
  const writings = [
    '8 900 000-00-01',
    '89000000001',
    '8 (900) 000-00-01',
    '+7 900 000 00 01',
    '+7 (900) 000-00-01',
    '+79000000001',
    '7 900 000 00 01',
    '9000000001',
    '(900) 000-00-01',
    '007 900 000 00 01',
    ' +79000000001 ',
    'anna@example.org',
    'ANNA@Example.ORG',
    '  anna@example.org  ',
    'anna@example.org.',
    String(anna.snils),
    String(anna.snils).replaceAll('-', ' '),
    digits,
  ];

  it.each(writings)('as “%s”', async (identifier) => {
    const service = await newService(idp, { first_party: true, subject_type: 'public' });
    const request = await service.begin();
    const agent = newBrowser();

    const callback = await agent.submit(await agent.open(request.url), { identifier, password: anna.password });
    expect(callback.isElsewhere).toBe(true);
    expect((await request.finish(callback.url)).claims()?.sub).toBe(anna.id);
  });
});

describe('what a service may ask of the sign-in', () => {
  it('fills in the identifier that the service suggests, and nothing of it as markup', async () => {
    const service = await newService(idp);
    const hinted = await newBrowser().open((await service.begin({ login_hint: '+7 900 000-00-02' })).url);
    expect(valueOf(hinted, 'identifier')).toBe('+7 900 000-00-02');

    const hostile = await newBrowser().open((await service.begin({ login_hint: '"><b>hint</b>' })).url);
    expect(hostile.html).not.toContain('<b>hint');
  });

  it('asks for the password again with prompt=login', async () => {
    const service = await newService(idp);
    const agent = newBrowser();
    await signInAndAllow(agent, (await service.begin()).url, anna);

    const again = await service.begin({ prompt: 'login' });
    const page = await agent.open(again.url);
    expect(titleOf(page)).toContain('Sign in');
    await again.finish((await typeCredentials(agent, page, anna)).url);
  });

  it('shows no page with prompt=none: login_required', async () => {
    const request = await (await newService(idp)).begin({ prompt: 'none' });
    const callback = await newBrowser().open(request.url);
    expect(callback.isElsewhere).toBe(true);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'login_required' });
  });

  it('asks again when the sign-in is older than max_age, and not before', async () => {
    const aging = await startCivicId();
    try {
      const service = await newService(aging);
      const agent = createBrowserAgent(aging.issuer);
      await signInAndAllow(agent, (await service.begin()).url, anna);
      await aging.age(10);

      expect((await agent.open((await service.begin({ max_age: '3600' })).url)).isElsewhere).toBe(true);
      expect(titleOf(await agent.open((await service.begin({ max_age: '300' })).url))).toContain('Sign in');
    } finally {
      await aging.stop();
    }
  });
});

describe('a sign-in that does not succeed', () => {
  const openSignIn = async () => {
    const request = await (await newService(idp)).begin();
    const agent = newBrowser();
    return { agent, request, page: await agent.open(request.url) };
  };

  it('shows the same page with 422: the identifier as it was typed, the password empty', async () => {
    const { agent, page } = await openSignIn();
    const again = await agent.submit(page, { identifier: ' 8 900 000-00-01', password: 'not her password' });

    expect(again.status).toBe(422);
    expect(titleOf(again)).toMatch(/^Error: Sign in/);
    expect(wordsOf(again)).toContain('Wrong login or password');
    expect(valueOf(again, 'identifier')).toBe(' 8 900 000-00-01');
    expect(valueOf(again, 'password')).toBeUndefined();
    expect(again.html).not.toContain('not her password');
    expect((await typeCredentials(agent, again, anna)).status).toBe(200);
  });

  it('says which field is empty', async () => {
    const { agent, page } = await openSignIn();
    const nothing = await agent.submit(page, { identifier: '  ', password: '' });
    expect(nothing.status).toBe(422);
    expect(wordsOf(nothing)).toContain('Enter your phone, e-mail or SNILS');
    expect(wordsOf(nothing)).toContain('Enter your password');
    expect(nothing.html.match(/aria-invalid="true"/g)).toHaveLength(2);

    const half = await agent.submit(nothing, { identifier: 'anna@example.org', password: '' });
    expect(wordsOf(half)).not.toContain('Enter your phone');
    expect(valueOf(half, 'identifier')).toBe('anna@example.org');
  });

  it('tells a disabled citizen what it tells everybody with a wrong password', async () => {
    const { agent, page } = await openSignIn();
    const disabled = await typeCredentials(agent, page, citizen('viktor'));
    expect(disabled.status).toBe(422);
    expect(wordsOf(disabled)).toContain('Wrong login or password');
  });

  it('returns to the service with access_denied when the person cancels, whatever they typed', async () => {
    const { agent, request, page } = await openSignIn();
    const callback = await agent.submit(page, { identifier: 'half', password: '', action: 'cancel' });

    const answer = new URL(callback.url).searchParams;
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('state')).toBe(new URL(request.url).searchParams.get('state'));
    expect(answer.get('iss')).toBe(idp.issuer.origin);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'access_denied' });
  });
});

describe('two tabs of one browser', () => {
  it('both finish when both stood at sign-in', async () => {
    const agent = newBrowser();
    const first = await (await newService(idp)).begin();
    const second = await (await newService(idp)).begin();
    const [firstPage, secondPage] = [await agent.open(first.url), await agent.open(second.url)];

    await first.finish((await agent.submit(await typeCredentials(agent, firstPage, anna), {})).url);
    await second.finish((await agent.submit(await typeCredentials(agent, secondPage, anna), {})).url);
  });

  it('both finish when they take turns, page by page', async () => {
    const agent = newBrowser();
    const service = await newService(idp);
    const [first, second] = [await service.begin(), await service.begin()];
    const [firstPage, secondPage] = [await agent.open(first.url), await agent.open(second.url)];

    const firstConsent = await typeCredentials(agent, firstPage, anna);
    const secondConsent = await typeCredentials(agent, secondPage, anna);
    await first.finish((await agent.submit(firstConsent, {})).url);
    const settled = secondConsent.isElsewhere ? secondConsent : await agent.submit(secondConsent, {});
    await second.finish(settled.url);
  });
});
