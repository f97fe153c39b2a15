// A recovery belongs to the browser that began it, and its messages to the issuer: nothing that a stranger sends, links or prefetches moves it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm } from '../support/bare-http.ts';
import { createBrowserAgent, readForm, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox, typePassword } from '../support/new-device.ts';
import { linkIn } from '../support/not-me.ts';
import { newOwner, recoverUpTo, setPassword, snilsOf } from '../support/recovery.ts';
import { answerUpTo } from '../support/registration.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
beforeEach(() => forgetSends(idp));
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const newBrowser = () => createBrowserAgent(idp.issuer);

describe('ATT-R01 a victim who is lured', () => {
  it('to the address of the stranger’s page meets the start, not the recovery', async () => {
    await recoverUpTo(idp, await newOwner(idp), 'code');
    for (const page of ['code', 'document', 'password', 'wait', 'done'])
      expect(titleOf(await newBrowser().open(`/recovery/${page}`))).toContain('Get your access back');
  });

  it('to type the code into a form of their own browser moves nothing', async () => {
    const person = await newOwner(idp);
    const { agent } = await recoverUpTo(idp, person, 'code');
    const code = await lastCodeTo(idp, person.phone);
    const victim = newBrowser();
    const { hidden } = readForm((await victim.open('/recovery')).html);
    const body = new URLSearchParams({ csrf: hidden['csrf'] ?? '', code }).toString();
    expect((await victim.post('/recovery/code', body)).headers['location']).toBe('/recovery');
    expect(titleOf(await agent.open('/recovery/password'))).toContain('Enter the code');
  });

  it('to a page of another site that posts for them is refused', async () => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'password');
    const { hidden } = readForm(page.html);
    const fields = { new_password: 'words-of-a-stranger-here', new_password_again: 'words-of-a-stranger-here' };
    const body = new URLSearchParams({ ...hidden, ...fields }).toString();
    expect((await agent.post('/recovery/password', body, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await agent.post('/recovery/password', new URLSearchParams(fields).toString())).status).toBe(403);
  });

  it('by a cookie that was planted gives the stranger nothing: another token begins with each recovery', async () => {
    const person = await newOwner(idp);
    const browser = createBareBrowser(idp.issuer, { civic_recovery: 'A'.repeat(32) });
    const { csrf } = readBareForm(await browser.follow({ path: '/recovery' }));
    const body = new URLSearchParams({ csrf, contact: person.phone }).toString();
    await browser.send({ method: 'POST', path: '/recovery', body });
    expect(browser.cookies()['civic_recovery']).not.toBe('A'.repeat(32));
  });
});

describe('ATT-R02 two recoveries in one browser', () => {
  it('are one: the second voids the first, whose pages lead to the second', async () => {
    const [one, other] = [await newOwner(idp), await newOwner(idp)];
    const { agent, page } = await recoverUpTo(idp, one, 'code');
    const code = await lastCodeTo(idp, one.phone);
    const second = await agent.submit(await agent.open('/recovery'), { contact: other.phone });
    expect(titleOf(second)).toContain('Document');
    expect(titleOf(await agent.submit(page, { code }))).toContain('Document');
    await agent.submit(second, snilsOf(other));
    expect((await agent.submit(page, { code })).status).toBe(422);
    expect(titleOf(await agent.open('/recovery/password'))).toContain('Enter the code');
  });

  it('never give one person’s proof to another: a page of the first sets nobody’s password', async () => {
    const [one, other] = [await newOwner(idp), await newOwner(idp)];
    const { agent, page } = await recoverUpTo(idp, one, 'password');
    await recoverUpTo(idp, other, 'code', { agent });
    expect(titleOf(await setPassword(agent, page))).toContain('Enter the code');
    for (const person of [one, other])
      expect((await idp.app.services.accounts.find(person.id))?.passwordChangedAt).toBeUndefined();
  });

  it('cookies that were swapped swap the recoveries, and no more', async () => {
    const [one, other] = [await newOwner(idp), await newOwner(idp)];
    const [first, second] = [await recoverUpTo(idp, one, 'password'), await recoverUpTo(idp, other, 'code')];
    const [proved = ''] = /civic_recovery=[^;]*/.exec(first.agent.cookieFor('/recovery')) ?? [];
    const [unproved = ''] = /civic_recovery=[^;]*/.exec(second.agent.cookieFor('/recovery')) ?? [];
    const fields = { new_password: 'words-of-a-stranger-here', new_password_again: 'words-of-a-stranger-here' };
    const body = new URLSearchParams({ ...readForm(first.page.html).hidden, ...fields }).toString();
    const cookie = first.agent.cookieFor('/recovery').replace(proved, unproved);
    const browser = createBareBrowser(idp.issuer);
    const answer = await browser.send({
      method: 'POST',
      path: '/recovery/password',
      headers: { Cookie: cookie },
      body,
    });
    expect([303, 403]).toContain(answer.status);
    for (const person of [one, other])
      expect((await idp.app.services.accounts.find(person.id))?.passwordChangedAt).toBeUndefined();
  });
});

describe('ATT-R04 a code', () => {
  it('is void when another one went', async () => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    const first = await lastCodeTo(idp, person.phone);
    await idp.age(1.1);
    await agent.submit(page, { action: 'resend' });
    const second = await lastCodeTo(idp, person.phone);
    if (first !== second) expect((await agent.submit(page, { code: first })).status).toBe(422);
    expect(titleOf(await agent.submit(page, { code: second }))).toContain('New password');
  });

  it('is spent with its recovery: after the new password it does nothing', async () => {
    const person = await newOwner(idp);
    const { agent } = await recoverUpTo(idp, person, 'code');
    const code = await lastCodeTo(idp, person.phone);
    const password = await agent.submit(await agent.open('/recovery/code'), { code });
    await setPassword(agent, password);
    const next = await recoverUpTo(idp, person, 'code', { agent });
    const fresh = await lastCodeTo(idp, person.phone);
    if (code !== fresh) expect((await agent.submit(next.page, { code })).status).toBe(422);
  });

  it('of another recovery of the same person does nothing in this one', async () => {
    const person = await newOwner(idp);
    const one = await recoverUpTo(idp, person, 'code');
    const code = await lastCodeTo(idp, person.phone);
    const other = await recoverUpTo(idp, person, 'code');
    const own = await lastCodeTo(idp, person.phone);
    if (code !== own) expect((await other.agent.submit(other.page, { code })).status).toBe(422);
    expect(titleOf(await one.agent.submit(one.page, { code }))).toContain('New password');
  });

  it('of somebody else, of a sign-in, or of a registration does nothing', async () => {
    const [person, neighbour] = [await newOwner(idp), await newOwner(idp)];
    await recoverUpTo(idp, neighbour, 'code');
    const foreign = await lastCodeTo(idp, neighbour.phone);
    await typePassword(idp, person);
    const ofSignIn = await lastCodeTo(idp, person.phone);
    await answerUpTo(idp, 'code', { agent: newBrowser(), contact: '+79160001122' });
    const ofRegistration = await lastCodeTo(idp, '+79160001122');
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    const own = await lastCodeTo(idp, person.phone);
    for (const code of [foreign, ofSignIn, ofRegistration].filter((one) => one !== own))
      expect((await agent.submit(page, { code })).status).toBe(422);
    expect(titleOf(await agent.submit(page, { code: own }))).toContain('New password');
  });

  it('that is wrong moves the counter, whatever code goes after it', async () => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    for (let tries = 0; tries < 4; tries += 1) {
      await agent.submit(page, { code: otherThan(await lastCodeTo(idp, person.phone)) });
      await forgetSends(idp);
      await idp.age(1.1);
      await agent.submit(page, { action: 'resend' });
    }
    const last = await agent.submit(page, { code: otherThan(await lastCodeTo(idp, person.phone)) });
    expect(titleOf(last)).toContain('Your access has not been given back');
  });
});

describe('ATT-R07 the host that a request names', () => {
  it('is in no message: an unknown one is refused, and what a proxy claims is not believed', async () => {
    const person = await newOwner(idp);
    const poisoned = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Original-Host': 'evil.example',
      Forwarded: 'host=evil.example',
    };
    const agent = createBrowserAgent(idp.issuer, { headers: poisoned });
    await recoverUpTo(idp, person, 'done', { agent });
    await allAreSent(idp);
    const texts = (await readOutbox(idp)).filter(({ to }) => to === person.phone || to === person.email);
    expect(texts).toHaveLength(4);
    for (const { text, subject } of texts) {
      expect(`${subject} ${text}`).not.toContain('evil');
      expect(linkIn(text)).toMatch(new RegExp(`^${idp.issuer.origin}/not-me/`));
    }
    const browser = createBareBrowser(idp.issuer);
    expect((await browser.send({ path: '/recovery', headers: { Host: 'evil.example' } })).status).toBe(421);
  });
});

describe('ATT-R08 whoever opens everything five times before the person does', () => {
  it('changes nothing: neither the links of the messages nor the pages', async () => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    await allAreSent(idp);
    const links = (await readOutbox(idp)).map(({ text }) => linkIn(text)).filter((link) => link !== '');
    expect(links.length).toBeGreaterThanOrEqual(2);
    const before = await dumpDatabase(idp);
    const scanner = createBareBrowser(idp.issuer);
    for (let time = 0; time < 5; time += 1)
      for (const method of ['GET', 'HEAD']) {
        for (const link of new Set(links))
          expect((await scanner.send({ method, path: new URL(link).pathname })).status).toBe(200);
        const Cookie = agent.cookieFor('/recovery');
        for (const path of ['', '/document', '/code', '/wait', '/password', '/done', '/refused', '/over', '/ways'])
          await scanner.send({ method, path: `/recovery${path}`, headers: { Cookie } });
      }
    expect(await dumpDatabase(idp)).toEqual(before);
    expect(titleOf(await agent.submit(page, { code: await lastCodeTo(idp, person.phone) }))).toContain('New password');
  });
});

describe('ATT-R09 no page', () => {
  it('tells another where it was, and none loads anything from elsewhere', async () => {
    const person = await newOwner(idp);
    const { agent } = await recoverUpTo(idp, person, 'code');
    const link = linkIn((await readOutbox(idp)).find(({ to }) => to === person.email)?.text ?? '');
    for (const path of ['/recovery', '/recovery/document', '/recovery/code', '/recovery/ways', link]) {
      const { html, headers } = await agent.open(path);
      expect([path, headers['referrer-policy']]).toEqual([path, 'no-referrer']);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      const elsewhere = [...html.matchAll(/(?:src|href|action)="(https?:[^"]*)"/g)].map(([, address = '']) => address);
      expect(elsewhere.filter((address) => new URL(address).origin !== idp.issuer.origin)).toEqual([]);
    }
  });
});
