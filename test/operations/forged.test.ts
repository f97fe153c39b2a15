// The PIN page obeys only the browser it was drawn for, does nothing on a look, and lets itself be shown nowhere else.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readForm, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { citizen } from '../support/people.ts';
import { askForPin, failuresOf, openPinPage, postForm, rightPin, signInWithPin, wrongPin } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const everything = async (): Promise<string> => JSON.stringify(await dumpDatabase(idp));
/** Each page that a person can stand on while a PIN is asked for. */
const openAll = async (): Promise<{ name: string; agent: BrowserAgent; page: PageView }[]> => {
  const asked = await openPinPage(idp);
  const wrong = await openPinPage(idp);
  const locked = await signInWithPin(idp, { person: citizen('dmitry') });
  const none = await signInWithPin(idp, { person: citizen('olga') });
  return [
    { name: 'PIN', agent: asked.agent, page: asked.page },
    { name: 'forgot', agent: asked.agent, page: await asked.agent.open(`${asked.page.url}/forgot`) },
    { name: 'wrong', agent: wrong.agent, page: await wrong.agent.submit(wrong.page, { pin: wrongPin }) },
    { name: 'locked', agent: locked.agent, page: (await askForPin(locked)).page },
    { name: 'none', agent: none.agent, page: (await askForPin(none)).page },
  ];
};

describe('ATT-X07 the PIN form', () => {
  type Visit = Awaited<ReturnType<typeof openPinPage>>;
  const expectForged = async (
    { agent, page }: Visit,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const before = await everything();
    for (const action of [{}, { action: 'cancel' }]) {
      const answer = await postForm(agent, page, { pin: rightPin, ...fields, ...action }, headers);
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('name="pin"');
    }
    expect(await everything()).toBe(before);
  };

  it('takes nothing without a token, nor with a made-up one', async () => {
    const visit = await openPinPage(idp);
    for (const csrf of ['', 'x', 'A'.repeat(43), 'я'.repeat(43)]) await expectForged(visit, { csrf });
  });

  it('takes nothing with the token of another browser, be it another citizen’s', async () => {
    const foreign = readForm((await openPinPage(idp)).page.html).hidden['csrf'] ?? '';
    await expectForged(await openPinPage(idp), { csrf: foreign });
  });

  it('takes nothing that another site sent, even with the right token', async () => {
    const visit = await openPinPage(idp);
    for (const origin of ['https://evil.example', `${idp.issuer.origin}.evil.example`])
      await expectForged(visit, {}, { Origin: origin });
    for (const site of ['cross-site', 'same-site']) await expectForged(visit, {}, { 'Sec-Fetch-Site': site });
  });

  it('takes its own from its own page', async () => {
    const { agent, page } = await openPinPage(idp);
    const own = { Origin: idp.issuer.origin, 'Sec-Fetch-Site': 'same-origin' };
    expect((await postForm(agent, page, { pin: rightPin }, own)).status).toBe(303);
  });
});

describe('ATT-S13 a look', () => {
  it('at the pages and at every link on them, by GET or HEAD, changes nothing', async () => {
    const pages = await openAll();
    const before = await everything();
    for (const { agent, page } of pages) {
      const links = [...page.html.matchAll(/<a [^>]*href="([^"#][^"]*)"/g)].map(([, href = '']) => href);
      const ours = links.map((href) => href.replaceAll('&amp;', '&')).filter((href) => href.startsWith('/'));
      expect(ours.length).toBeGreaterThan(0);
      for (const href of [page.url, ...ours]) {
        const prefetch = { 'Sec-Purpose': 'prefetch', Purpose: 'prefetch' };
        expect((await agent.get(href, prefetch)).status).toBeLessThan(500);
        const head = await fetch(new URL(href, idp.issuer), {
          method: 'HEAD',
          headers: { Cookie: agent.cookieFor(href), Accept: 'text/html' },
          redirect: 'manual',
        });
        expect(head.status).toBeLessThan(500);
      }
    }
    expect(await everything()).toBe(before);
  });

  it('at an address that would confirm or cancel, if it were a form, is nothing', async () => {
    const { agent, page } = await openPinPage(idp);
    const before = await everything();
    const { hidden } = readForm(page.html);
    for (const fields of [{ pin: rightPin }, { action: 'cancel' }]) {
      const query = new URLSearchParams({ ...hidden, ...fields }).toString();
      const seen = await agent.open(`${page.url}?${query}`);
      expect([seen.status, seen.isElsewhere]).toEqual([200, false]);
    }
    expect(await everything()).toBe(before);
  });
});

describe('ATT-S09 the pages of a confirmation', () => {
  it('may be framed by nobody, are kept by nobody and talk to nobody', async () => {
    for (const { name, page } of await openAll()) {
      const { headers } = page;
      expect({ name, frame: headers['x-frame-options'] }).toEqual({ name, frame: 'DENY' });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('say by whom they are asked: the registered name and host, and nothing the request could have brought', async () => {
    const visit = await signInWithPin(idp);
    const { metadata } = visit.service;
    const hostile = { client_name: 'Your bank', login_hint: 'Your bank', ui_locales: '<b>', state: 'Your bank' };
    const { page } = await askForPin(visit, hostile);
    expect(page.html).toContain(`<bdi>${String(metadata['client_name'])}</bdi>`);
    expect(page.html).toContain(new URL(metadata.redirect_uris[0] ?? '').host);
    expect(page.html).not.toMatch(/Your bank|<b>/);
  });
});
