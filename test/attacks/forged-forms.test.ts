import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, pathOf, readBareForm } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { expectProperRefusal } from '../support/proper-refusal.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let service: RelyingParty;
beforeAll(async () => {
  idp = await startCivicId();
  service = await newService(idp);
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const credentials = { identifier: String(anna.email), password: anna.password };

/** A browser that stands at the sign-in form, or signed in at the consent form. */
const browserAt = async (form: 'sign-in' | 'consent') => {
  const browser = createBareBrowser(idp.issuer);
  const request = pathOf((await (form === 'sign-in' ? service : await newService(idp)).begin()).url);
  const signIn = readBareForm(await browser.follow({ path: request }));
  if (form === 'sign-in') return { browser, action: signIn.action, fields: { csrf: signIn.csrf, ...credentials } };

  const body = new URLSearchParams({ csrf: signIn.csrf, ...credentials }).toString();
  const consent = readBareForm(await browser.follow({ method: 'POST', path: signIn.action, body }));
  return { browser, action: consent.action, fields: { csrf: consent.csrf } };
};

describe.each(['sign-in', 'consent'] as const)('ATT-X07 the %s form', (form) => {
  let opened: Awaited<ReturnType<typeof browserAt>>;
  beforeAll(async () => {
    opened = await browserAt(form);
  });
  const post = async (fields: Record<string, string>, headers: Record<string, string> = {}, at = opened) => {
    const { browser, action, fields: own } = at;
    const before = await dumpDatabase(idp);
    const body = new URLSearchParams({ ...own, ...fields }).toString();
    const answer = await browser.send({ method: 'POST', path: action, headers, body });
    return { answer, hasWritten: JSON.stringify(await dumpDatabase(idp)) !== JSON.stringify(before) };
  };
  const expectForged = ({ answer, hasWritten }: Awaited<ReturnType<typeof post>>) => {
    expectProperRefusal(answer);
    expect(answer.status).toBe(403);
    expect(hasWritten).toBe(false);
  };

  it('takes its own form from its own page', async () => {
    const headers: Record<string, string>[] = [
      {},
      { Origin: idp.issuer.origin, 'Sec-Fetch-Site': 'same-origin' },
      { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' },
    ];
    for (const own of headers) expect((await post({}, own, await browserAt(form))).answer.status).toBe(303);
  });

  it('takes nothing without a token, nor with a made-up one', async () => {
    for (const csrf of ['', 'x', 'A'.repeat(43), '\u0000'.repeat(43), 'я'.repeat(43)])
      expectForged(await post({ csrf }));
  });

  it('takes nothing with the token of another browser', async () => {
    const { fields } = await browserAt('sign-in');
    expectForged(await post({ csrf: fields.csrf }));
  });

  it('takes nothing that another site sent', async () => {
    for (const origin of ['https://evil.example', `${idp.issuer.origin}.evil.example`, 'http://localhost', 'file://'])
      expectForged(await post({}, { Origin: origin }));
    for (const site of ['cross-site', 'same-site']) expectForged(await post({}, { 'Sec-Fetch-Site': site }));
  });

  it('takes nothing from a browser that lost or replaced its page cookie', async () => {
    expectForged(await post({}, { Cookie: '' }));
    expectForged(await post({}, { Cookie: `civic_page=${'A'.repeat(22)}` }));
  });

  it('cancels nothing for another site', async () => {
    expectForged(await post({ action: 'cancel' }, { Origin: 'https://evil.example' }));
    expectForged(await post({ action: 'cancel', csrf: '' }));
  });
});

describe('ATT-X05 a session that somebody else planted', () => {
  it('never becomes the session of the person who signs in', async () => {
    const attacker = createBareBrowser(idp.issuer);
    await attacker.send({ path: '/session/end' });
    expect(Object.keys(attacker.cookies())).toContain('civic_session');
    const own = await newService(idp, { first_party: true });
    const begin = async () => pathOf((await own.begin()).url);

    const victim = createBareBrowser(idp.issuer, attacker.cookies());
    const page = readBareForm(await victim.follow({ path: await begin() }));
    const body = new URLSearchParams({ csrf: page.csrf, ...credentials }).toString();
    const callback = await victim.follow({ method: 'POST', path: page.action, body });
    expect(callback.headers['location']).toContain('code=');
    expect(victim.cookies()['civic_session']).not.toBe(attacker.cookies()['civic_session']);
    expect((await attacker.send({ path: await begin() })).headers['location']).toMatch(/^\/interaction\//);
  });
});

describe('ATT-X06 a cookie that a sibling host has tossed in', () => {
  it.each(['civic_page', 'civic_session', 'civic_interaction.sig'])('is noticed by its double: %s', async (name) => {
    const { browser, action, fields } = await browserAt('sign-in');
    const own = Object.entries(browser.cookies()).map(([key, value]) => `${key}=${value}`);
    const headers = { Cookie: [`${name}=tossed`, ...own, `${name}=tossed-too`].join('; ') };
    for (const request of [
      { path: action },
      { method: 'POST', path: action, body: new URLSearchParams(fields).toString() },
    ]) {
      const answer = await browser.send({ ...request, headers });
      expectProperRefusal(answer);
      expect(answer.status).toBe(400);
    }
  });
});

describe('ATT-X07 the sign-out form', () => {
  const openSignOut = async () => {
    const { browser, action, fields } = await browserAt('sign-in');
    await browser.follow({ method: 'POST', path: action, body: new URLSearchParams(fields).toString() });
    const page = await browser.send({ path: '/session/end' });
    const own = /name="xsrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    const send = async (headers: Record<string, string>, xsrf = own) => {
      const body = new URLSearchParams({ xsrf, logout: 'yes' }).toString();
      return (await browser.send({ method: 'POST', path: '/session/end/confirm', headers, body })).status;
    };
    return { own, send };
  };

  it('signs nobody out without its token', async () => {
    const { own, send } = await openSignOut();
    for (const made of ['', 'x', 'a'.repeat(own.length), 'я'.repeat(own.length)])
      expect(await send({}, made)).toBe(403);
    expect(await send({})).toBe(303);
  });

  it.each([{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])(
    'signs nobody out for another site, even with the right token: %j',
    async (headers) => {
      expect(await (await openSignOut()).send(headers)).toBe(403);
    },
  );
});
