// The account signs people in like any service, brings them to the page they wanted, and has no cookie of its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo } from '../support/start-two.ts';

const anna = citizen('anna');
let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const pathOf = (url: string): string => new URL(url, idp.issuer).pathname;

describe('the way into the account', () => {
  it('leads through the sign-in to the page that was asked for, without consent', async () => {
    const { page } = await openAccount(idp, anna, { path: '/account/security' });
    expect(pathOf(page.url)).toBe('/account/security');
    expect(titleOf(page)).toContain('Security');
    expect(page.headers['cache-control']).toContain('no-store');
  });

  it('is open to who is signed in at a service already', async () => {
    const agent = createBrowserAgent(idp.issuer);
    const request = await (await newService(idp)).begin();
    await signInAndAllow(agent, request.url, anna);
    const page = await agent.open('/account');
    expect(titleOf(page)).toContain(`Hello, ${anna.profile.givenName}`);
    expect(agent.cookieFor('/account')).not.toContain('account');
  });

  it('keeps no token: the code of the answer is never redeemed', async () => {
    const person = await newPerson(idp);
    await openAccount(idp, person);
    const tokens = ['oidc_access_token', 'oidc_refresh_token'].map((name) =>
      nativeCollection(idp.connection, name).countDocuments({ 'payload.accountId': person.id }),
    );
    expect(await Promise.all(tokens)).toEqual([0, 0]);
  });

  it('leads home again when the person cancels', async () => {
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.submit(await agent.open('/account'), { action: 'cancel' });
    expect(pathOf(page.url)).toBe('/');
  });

  it('takes no answer that another browser asked for, nor one with another state or issuer', async () => {
    const { agent } = await openAccount(idp, anna);
    const begun = await agent.get('/account/password', { Cookie: 'civic_page=AAAAAAAAAAAAAAAAAAAAAA' });
    const state = new URL(begun.headers['location'] ?? '', idp.issuer).searchParams.get('state') ?? '';
    const iss = encodeURIComponent(idp.issuer.origin);
    const answers = [
      `?code=x&state=${state}&iss=${iss}`,
      `?code=x&state=&iss=${iss}`,
      '?code=x',
      `?error=access_denied&state=${state}`,
    ];
    for (const answer of answers) {
      const page = await agent.open(`/account/callback${answer}`);
      expect(page.status).toBe(400);
      expect(titleOf(page)).toContain('You are not signed in');
    }
    const own = await agent.get('/account/password');
    expect(own.status).toBe(200);
  });

  it('goes nowhere but to pages of the account', async () => {
    const agent = createBrowserAgent(idp.issuer);
    for (const path of ['/account/%2F%2Fevil.example', '/account/..%2F..%2Fevil', '/account/x?y=1//evil.example']) {
      const answer = await agent.get(path);
      const location = answer.headers['location'];
      if (location !== undefined) expect(new URL(location, idp.issuer).origin).toBe(idp.issuer.origin);
    }
  });

  it('cannot be taken over by a registered service', async () => {
    await expect(
      idp.register({
        client_id: 'civic-id-account',
        client_name: 'Evil',
        redirect_uris: ['https://evil.example/callback'],
        token_endpoint_auth_method: 'none',
      }),
    ).rejects.toThrow('client_id is that of the account area');
  });
});

describe('a visit of the account', () => {
  it('extends the idle time of the session, and never its absolute end', async () => {
    const two = await startTwo();
    const { agent } = await openAccount(two, anna, { agent: two.newBrowser() });
    for (let left = 12 * 60 - 1; left > 0; left -= 50) {
      await two.age(Math.min(50, left));
      expect((await agent.get('/account')).status).toBe(200);
    }
    await two.age(2);
    expect((await agent.get('/account')).status).toBe(303);

    const idle = await openAccount(two, anna, { agent: two.newBrowser() });
    await two.age(61);
    expect((await idle.agent.get('/account')).status).toBe(303);
    expect(two.failures()).toEqual([]);
    await two.stop();
  });

  it('is over once the person has signed out: going back shows nothing of theirs', async () => {
    const { agent } = await openAccount(idp, anna);
    const confirm = await agent.open('/session/end');
    await agent.submit(confirm, { logout: 'yes' });
    const back = await agent.get('/account');
    expect(back.status).toBe(303);
    expect(back.text).not.toContain(anna.profile.familyName);
  });

  it('is not for whom is disabled meanwhile', async () => {
    const person = await newPerson(idp);
    const { agent } = await openAccount(idp, person);
    await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(
      { _id: person.id },
      { $set: { state: 'disabled' } },
    );
    expect((await agent.get('/account')).status).toBe(303);
  });
});

describe('the account at a glance', () => {
  it('shows level, contacts in part, and what needs attention with one way each', async () => {
    const { page } = await openAccount(idp, citizen('maria'));
    const words = wordsOf(page);
    expect(words).toContain('basic');
    expect(words).toContain('Not given');
    expect(page.html).toContain('href="/account/level"');
    expect(page.html).not.toContain(citizen('maria').email);
  });

  it('tells of a locked PIN and of a missing one', async () => {
    expect(wordsOf((await openAccount(idp, citizen('dmitry'))).page)).toContain('Your PIN is locked');
    expect(wordsOf((await openAccount(idp, citizen('olga'))).page)).toContain('Choose a PIN');
    expect(wordsOf((await openAccount(idp, anna)).page)).not.toContain('PIN');
  });

  it('has help with the account number, and the reference of the page in question', async () => {
    const { agent, page } = await openAccount(idp, anna, { path: '/account/help' });
    expect(wordsOf(page)).toContain('Account number');
    const reference = 'ABCDE-23456';
    expect(wordsOf(await agent.open(`/account/help?reference=${reference}`))).toContain(reference);
    expect(wordsOf(await agent.open('/account/help?reference=<b>call+me</b>'))).not.toContain('call me');
  });

  it('is asked for the password change by browsers and password managers', async () => {
    const answer = await createBrowserAgent(idp.issuer).get('/.well-known/change-password');
    expect([answer.status, answer.headers['location']]).toEqual([302, '/account/password']);
  });
});

describe('cookies that somebody else has set', () => {
  it.each(['civic_session', 'civic_proof', 'civic_pin', 'civic_page', 'civic_level'])(
    'are refused where %s comes twice (ATT-X06)',
    async (name) => {
      const { agent } = await openAccount(idp, await newPerson(idp));
      const tossed = { Cookie: `${agent.cookieFor('/account')}; ${name}=tossed; ${name}=tossed-too` };
      expect((await createBrowserAgent(idp.issuer).get('/account', tossed)).status).toBe(400);
    },
  );

  it('never become good: a session, a proof and a page session that were there before are others afterwards (ATT-X05)', async () => {
    const person = await newPerson(idp);
    const agent = createBrowserAgent(idp.issuer);
    const planted = { Cookie: 'civic_session=planted; civic_proof=planted; civic_pin=planted' };
    const begun = await agent.get('/account', planted);
    expect(begun.status).toBe(303);
    const { agent: signedIn } = await openAccount(idp, person, { agent });
    const before = /civic_session=([^;]+)/.exec(signedIn.cookieFor('/account'))?.[1];
    expect(before).not.toBe('planted');
    expect((await createBrowserAgent(idp.issuer).get('/account', planted)).status).toBe(303);

    await idp.age(3);
    const page = await signedIn.open('/account/proof/security');
    await signedIn.submit(page, { password: person.password });
    const after = /civic_session=([^;]+)/.exec(signedIn.cookieFor('/account'))?.[1];
    expect(after).not.toBe(before);
    const old = { Cookie: signedIn.cookieFor('/account').replace(after ?? '', before ?? '') };
    expect((await createBrowserAgent(idp.issuer).get('/account', old)).status).toBe(303);
  });
});

it('is signed in to by typing once, however many pages are opened at once', async () => {
  const { agent } = await openAccount(idp, anna);
  const pages = await Promise.all(Array.from({ length: 20 }, () => agent.get('/account')));
  expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
  const again = await agent.open('/account');
  await expect(typeCredentials(agent, again, anna)).rejects.toThrow();
});
