// Signing out at the engine's own page goes the way of every other end: what ended is dead on every instance.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildEndSessionUrl } from 'openid-client';
import { readForm, titleOf, type PageView } from '../support/browser-agent.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  alive,
  dead,
  lifeSigns,
  nextVisit,
  refreshAt,
  signInAt,
  visitAlso,
  withRefresh,
  type Visit,
} from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const goodbye = 'https://goodbye.example.org/bye';

/** Signed in at two services in one browser, and at the first one in another browser too. */
const signedIn = async () => {
  const person = await newPerson(two.instances[0]);
  const service = await two.newService({ ...withRefresh, first_party: true, post_logout_redirect_uris: [goodbye] });
  const visit = await signInAt(two, person, { service });
  return { person, visit, also: await visitAlso(two, visit), elsewhere: await signInAt(two, person, { service }) };
};

const openSignOut = async ({ agent, service, tokens }: Visit, parameters: Record<string, string> = {}) => {
  const hint = { id_token_hint: String(tokens.id_token), ...parameters };
  return agent.open(buildEndSessionUrl(await service.configuration(), hint).href);
};
const leaveAll = ({ agent }: Visit, page: PageView) => agent.submit(page, { logout: 'yes' });
const leaveOne = ({ agent }: Visit, page: PageView) => agent.submit(page, {});

const replay = async ({ service }: Visit, cookie: string, at: 0 | 1) => {
  const { pathname, search } = new URL((await service.begin({ prompt: 'none' })).url);
  const answer = await two.get(`${pathname}${search}`, { headers: { Cookie: cookie, Accept: 'text/html' }, at });
  const location = new URL(answer.headers['location'] ?? '', two.issuer);
  return location.searchParams.get('error') ?? 'code';
};

describe('signing out of everything', () => {
  it('kills all that the session had on both instances, and no other browser', async () => {
    const { visit, also, elsewhere } = await signedIn();
    await leaveAll(visit, await openSignOut(visit));

    for (const one of [visit, also]) {
      expect(await lifeSigns(two, one)).toEqual(dead);
      expect(await refreshAt(two, one, 0)).toBe('invalid_grant');
      expect(await refreshAt(two, one, 1)).toBe('invalid_grant');
      expect(await nextVisit(one)).toBe('sign-in page');
    }
    expect(await lifeSigns(two, elsewhere)).toEqual(alive);
    expect(await nextVisit(elsewhere)).toBe('code');
  });

  it('leaves nothing in the old cookie: whoever kept it is a stranger', async () => {
    const { visit } = await signedIn();
    const cookie = visit.agent.cookieFor('/auth');
    expect(await replay(visit, cookie, 0)).toBe('code');
    await leaveAll(visit, await openSignOut(visit));
    expect(await replay(visit, cookie, 0)).toBe('login_required');
    expect(await replay(visit, cookie, 1)).toBe('login_required');
  });

  it('marks the session as ended, so that its uid answers nothing', async () => {
    const { visit, person } = await signedIn();
    await leaveAll(visit, await openSignOut(visit));
    const [first, second] = two.instances;
    for (const { app } of [first, second]) {
      expect(await app.services.modelStore.adapterFor('Session').findByUid(visit.sessionUid)).toBeUndefined();
      expect(await app.services.accounts.hasEndedSession(person.id, visit.sessionUid)).toBe(true);
    }
  });

  it('clears the browser’s cache and storage, and its session cookie', async () => {
    const { visit } = await signedIn();
    const { action, hidden } = readForm((await openSignOut(visit)).html);
    const answer = await visit.agent.post(action, new URLSearchParams({ ...hidden, logout: 'yes' }).toString());
    expect(answer.status).toBe(303);
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
    expect(visit.agent.cookieFor('/auth')).not.toContain('civic_session');
  });

  it('returns to the registered address with the state', async () => {
    const { visit } = await signedIn();
    const page = await openSignOut(visit, { post_logout_redirect_uri: goodbye, state: 'where-i-was' });
    expect((await leaveAll(visit, page)).url).toBe(`${goodbye}?state=where-i-was`);
  });

  it('confirmed twice at once is one sign-out and no failure', async () => {
    const { visit } = await signedIn();
    const { action, hidden } = readForm((await openSignOut(visit)).html);
    const body = new URLSearchParams({ ...hidden, logout: 'yes' }).toString();
    const answers = await Promise.all([visit.agent.post(action, body), visit.agent.post(action, body)]);
    for (const { status } of answers) expect([303, 403]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(303);
    expect(await nextVisit(visit)).toBe('sign-in page');
  });
});

describe('signing out of one service', () => {
  it('kills what that service has in this browser, and nothing else', async () => {
    const { visit, also, elsewhere } = await signedIn();
    await leaveOne(visit, await openSignOut(visit));

    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
    expect(await lifeSigns(two, also)).toEqual(alive);
    expect(await lifeSigns(two, elsewhere)).toEqual(alive);
    expect(await nextVisit(also)).toBe('code');
  });

  it('leaves the person signed in there and then, with another Grant', async () => {
    const { visit } = await signedIn();
    await leaveOne(visit, await openSignOut(visit));
    const again = await visitAlso(two, visit, visit.service);
    expect(again.sessionUid).toBe(visit.sessionUid);
    expect(await lifeSigns(two, again)).toEqual(alive);
    expect(await lifeSigns(two, visit)).toEqual(dead);
  });
});

describe('what ends nothing', () => {
  const expectUnchanged = async ({ visit, also }: { visit: Visit; also: Visit }) => {
    expect(await lifeSigns(two, visit)).toEqual(alive);
    expect(await lifeSigns(two, also)).toEqual(alive);
    expect(await nextVisit(visit)).toBe('code');
  };

  it('a GET that another site sends the browser to', async () => {
    const all = await signedIn();
    const url = buildEndSessionUrl(await all.visit.service.configuration(), { post_logout_redirect_uri: goodbye }).href;
    const answer = await all.visit.agent.get(url, { 'Sec-Fetch-Site': 'cross-site', Referer: 'https://evil.example/' });
    expect(answer.status).toBe(200);
    await expectUnchanged(all);
  });

  it('a confirmation with a wrong token, or with none', async () => {
    const all = await signedIn();
    const { action } = readForm((await openSignOut(all.visit)).html);
    for (const body of ['logout=yes&xsrf=wrong', 'logout=yes', 'xsrf=&logout=yes', 'xsrf=wrong'])
      expect((await all.visit.agent.post(action, body)).status).toBe(403);
    await expectUnchanged(all);
  });

  it('a confirmation that was never asked for', async () => {
    const all = await signedIn();
    expect((await all.visit.agent.post('/session/end/confirm', 'logout=yes&xsrf=x')).status).toBe(403);
    await expectUnchanged(all);
  });

  it('a token of another browser’s page', async () => {
    const all = await signedIn();
    const { action, hidden } = readForm((await openSignOut(all.elsewhere)).html);
    const body = new URLSearchParams({ ...hidden, logout: 'yes' }).toString();
    expect((await all.visit.agent.post(action, body)).status).toBe(403);
    await expectUnchanged(all);
  });
});

describe('a sign-out page that was opened and left alone', () => {
  it('does not turn a later sign-in into a sign-out, however its answer travels', async () => {
    const { person, visit } = await signedIn();
    await openSignOut(visit);
    const request = await visit.service.begin({ prompt: 'login', response_mode: 'form_post' });
    const answer = await typeCredentials(visit.agent, await visit.agent.open(request.url), person);

    expect(answer.status).toBe(200);
    expect(readForm(answer.html).hidden['code']).toBeDefined();
    expect(await nextVisit(visit)).toBe('code');
  });
});

describe('a browser in which nobody is signed in', () => {
  it('is signed out of nothing, on a page of ours', async () => {
    const service = await two.newService();
    const agent = two.newBrowser();
    const page = await agent.open(buildEndSessionUrl(await service.configuration()).href);
    expect(page.status).toBe(200);
    expect(titleOf(page)).toContain('signed out');
  });
});

describe('somebody else who signs in where a person is signed in', () => {
  it('ends that person’s session with all it had, and gets a session of their own', async () => {
    const { visit, also } = await signedIn();
    const request = await visit.service.begin({ prompt: 'login' });
    const callback = await typeCredentials(visit.agent, await visit.agent.open(request.url), citizen('ivan'));
    expect(callback.isElsewhere).toBe(true);
    await request.finish(callback.url);

    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await lifeSigns(two, also)).toEqual(dead);
    expect(await nextVisit(visit)).toBe('code');
  });
});
