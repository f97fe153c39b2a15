// ATT-X05, X06, X07: a session is only what we gave to this browser.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readForm } from '../support/browser-agent.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { nextVisit, signInAt } from '../support/visits.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
const random = () => randomBytes(24).toString('base64url');
const valueOf = (cookie: string, name: string): string | undefined =>
  cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** Whom the owner of these cookies is taken for: a code, or the error that a silent request gets. */
const silently = async (service: RelyingParty, cookie: string): Promise<string> => {
  const { pathname, search } = new URL((await service.begin({ prompt: 'none' })).url);
  const answer = await two.get(`${pathname}${search}`, { headers: { Cookie: cookie, Accept: 'text/html' } });
  const parameters = new URL(answer.headers['location'] ?? '', two.issuer).searchParams;
  return parameters.get('error') ?? 'code';
};

describe('ATT-X05 a session that somebody prepared', () => {
  it('is not adopted when it is made up: the person gets another', async () => {
    const agent = two.newBrowser();
    const [session, signature] = [random(), random()];
    const service = await two.newService({ first_party: true });
    const { pathname, search } = new URL((await service.begin()).url);
    const made = `civic_session=${session}; civic_session.sig=${signature}`;
    const opened = await agent.get(`${pathname}${search}`, { Cookie: made });
    const page = await agent.open(opened.headers['location'] ?? '');
    await typeCredentials(agent, page, anna);
    const given = valueOf(agent.cookieFor('/auth'), 'civic_session');
    expect(given).toBeDefined();
    expect(given).not.toBe(session);
    expect(await silently(service, made)).toBe('login_required');
  });

  it('is worth nothing to the one who prepared it, even one that was really ours', async () => {
    const service = await two.newService({ first_party: true });
    const attacker = two.newBrowser();
    await attacker.open((await service.begin({ prompt: 'none' })).url);
    await signInAt(two, citizen('ivan'), { agent: attacker, service });
    const prepared = attacker.cookieFor('/auth');
    const { action, hidden } = readForm((await attacker.open('/session/end')).html);
    await attacker.post(action, new URLSearchParams({ ...hidden, logout: 'yes' }).toString());

    const victim = two.newBrowser();
    const opened = await victim.get((await service.begin()).url, { Cookie: prepared });
    const page = await victim.open(opened.headers['location'] ?? '');
    const callback = await typeCredentials(victim, page, anna);
    expect(callback.isElsewhere).toBe(true);
    expect(valueOf(victim.cookieFor('/auth'), 'civic_session')).not.toBe(valueOf(prepared, 'civic_session'));
    expect(await silently(service, prepared)).toBe('login_required');
  });

  it('gets a new id at every sign-in; the old one is dead', async () => {
    const visit = await signInAt(two, anna);
    const before = visit.agent.cookieFor('/auth');
    expect(await silently(visit.service, before)).toBe('code');
    const page = await visit.agent.open((await visit.service.begin({ prompt: 'login' })).url);
    await typeCredentials(visit.agent, page, anna);
    const after = visit.agent.cookieFor('/auth');
    expect(valueOf(after, 'civic_session')).not.toBe(valueOf(before, 'civic_session'));
    expect(await silently(visit.service, after)).toBe('code');
    expect(await silently(visit.service, before)).toBe('login_required');
  });

  it('is signed: another value under the same signature, or no signature, is nobody', async () => {
    const visit = await signInAt(two, anna);
    const cookie = visit.agent.cookieFor('/auth');
    const [session, signature] = [valueOf(cookie, 'civic_session'), valueOf(cookie, 'civic_session.sig')];
    expect(signature).toBeDefined();
    for (const forged of [
      `civic_session=${random()}; civic_session.sig=${String(signature)}`,
      `civic_session=${String(session)}`,
      `civic_session=${String(session)}; civic_session.sig=${random()}`,
    ])
      expect(await silently(visit.service, forged)).toBe('login_required');
  });

  it('an interaction that is made up is a page that says so', async () => {
    const uid = random();
    const cookie = `civic_interaction=${uid}; civic_interaction.sig=${random()}; civic_resume=${uid}; civic_resume.sig=${random()}`;
    for (const path of [`/interaction/${uid}`, `/auth/${uid}`]) {
      const answer = await two.get(path, { headers: { Cookie: cookie, Accept: 'text/html' } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('<title>');
    }
  });

  it('a sign-in of one browser cannot be resumed by another', async () => {
    const service = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    const page = await agent.open((await service.begin()).url);
    const { action, hidden } = readForm(page.html);
    const body = new URLSearchParams({ ...hidden, identifier: anna.email ?? '', password: anna.password }).toString();
    const resume = (await agent.post(action, body)).headers['location'] ?? '';
    expect((await two.newBrowser().open(resume)).status).toBe(400);
    expect((await agent.open(resume)).isElsewhere).toBe(true);
  });
});

describe('ATT-X06 a cookie that another host tossed in', () => {
  const names = ['session', 'session.sig', 'interaction', 'interaction.sig', 'resume', 'page', 'language'];
  it.each(names)('under the name of ours, civic_%s, is refused with 400 wherever it arrives', async (name) => {
    const visit = await signInAt(two, anna);
    const request = await visit.service.begin();
    const { pathname, search } = new URL(request.url);
    const tossed = `civic_${name}=one; ${visit.agent.cookieFor('/auth')}; civic_${name}=two`;
    for (const path of [`${pathname}${search}`, '/session/end', '/interaction/x', '/auth/x', '/']) {
      const answer = await two.get(path, { headers: { Cookie: tossed, Accept: 'text/html' } });
      expect(answer.status).toBe(400);
      expect(answer.headers['location']).toBeUndefined();
    }
    const posted = await two.post('/session/end/confirm', { logout: 'yes' }, { headers: { Cookie: tossed } });
    expect(posted.status).toBe(400);
    expect(await nextVisit(visit)).toBe('code');
  });

  it('of another interaction does not open this one', async () => {
    const service = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    const [one, other] = [
      await agent.open((await service.begin()).url),
      await agent.open((await service.begin()).url),
    ] as const;
    const foreign = agent.cookieFor(other.url);
    const answer = await two.get(new URL(one.url).pathname, { headers: { Cookie: foreign, Accept: 'text/html' } });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('name="password"');
  });
});

describe('ATT-X07 a form that signs the victim in as the attacker', () => {
  it('is refused: neither the attacker’s interaction nor their token is the victim’s', async () => {
    const service = await two.newService({ first_party: true });
    const attacker = two.newBrowser();
    const trap = await attacker.open((await service.begin()).url);
    const { action, hidden } = readForm(trap.html);
    const form = { ...hidden, identifier: citizen('ivan').email ?? '', password: citizen('ivan').password };

    const victim = two.newBrowser();
    const own = await victim.open((await service.begin()).url);
    const sent = await victim.post(action, new URLSearchParams(form).toString());
    expect([400, 403]).toContain(sent.status);
    const ownForm = readForm(own.html);
    const stolenToken = await victim.post(
      ownForm.action,
      new URLSearchParams({ ...ownForm.hidden, ...form }).toString(),
    );
    expect(stolenToken.status).toBe(403);
    expect(victim.cookieFor('/auth')).not.toContain('civic_session=');
  });

  it.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'http://localhost:1'],
  ])('is refused with the right token too when it came by %s: %s', async (name, value) => {
    const service = await two.newService({ first_party: true });
    const victim = two.newBrowser();
    const { action, hidden } = readForm((await victim.open((await service.begin()).url)).html);
    const body = new URLSearchParams({ ...hidden, identifier: anna.email ?? '', password: anna.password }).toString();
    expect((await victim.post(action, body, { [name]: value })).status).toBe(403);
    expect((await victim.post(action, body)).status).toBe(303);
  });
});
