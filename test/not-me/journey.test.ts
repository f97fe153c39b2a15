// From the notice of a sign-in that was somebody else's to an account in which nobody is any more, on every instance.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { lastCodeTo, readOutbox, type OutboxEntry } from '../support/new-device.ts';
import { linkIn } from '../support/not-me.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { dead, lifeSigns, nextVisit, refreshAt, withRefresh, type Visit } from '../support/visits.ts';

const ivan = citizen('ivan');
const phone = String(ivan.phone);

let two: Two;
let listener: LogoutListener;
/** Ivan's own browser, which is remembered, and the one that was not his. */
let own: Visit;
let stranger: Visit;
let told: OutboxEntry[];
let link: string;

const signIn = async (remember: boolean): Promise<Visit> => {
  await nativeCollection(two.connection, 'code_sends').deleteMany({});
  const service = await two.newService({ ...withRefresh, first_party: true, backchannel_logout_uri: listener.uri });
  const agent = two.newBrowser();
  const request = await service.begin();
  const page = await typeCredentials(agent, await agent.open(request.url), ivan);
  const code = await lastCodeTo(two.instances[0], phone);
  const callback = await agent.submit(page, { code, ...(remember ? { remember_browser: 'yes' } : {}) });
  return { agent, service, tokens: await request.finish(callback.url), sessionUid: '' };
};
const events = async () => {
  const journal = nativeCollection(two.connection, 'journal').find({ accountId: ivan.id }).sort({ at: 1 });
  return journal.toArray();
};

beforeAll(async () => {
  [two, listener] = await Promise.all([startTwo({ newDeviceCodes: true }), startLogoutListener()]);
  own = await signIn(true);
  await nativeCollection(two.connection, 'messages').deleteMany({});
  stranger = await signIn(false);
  told = (await readOutbox(two.instances[0])).filter(({ purpose }) => purpose === 'notice');
  link = linkIn(told[0]?.text ?? '');
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(async () => {
  await two.stop();
  await listener.close();
});

describe('a person who was told of a sign-in', () => {
  it('finds the same link in the SMS and in the e-mail', () => {
    expect(told.map(({ channel }) => channel).sort()).toEqual(['email', 'sms']);
    for (const { text } of told) expect(linkIn(text)).toBe(link);
  });

  it('reads behind it what happened, when, and what the button does; and nothing of whose account it is', async () => {
    const page = await two.newBrowser().open(link);
    expect(page.status).toBe(200);
    expect(titleOf(page)).toContain('Was this not you?');
    expect(wordsOf(page)).toMatch(/A sign-in on a new device .* GMT\+3/);
    expect(wordsOf(page)).toContain('This was not me');
    for (const trait of [
      ivan.profile.givenName,
      ivan.profile.familyName,
      phone,
      phone.slice(-4),
      '•••',
      String(ivan.email),
      'ivan',
    ])
      expect(page.html).not.toContain(trait);
    const account = await two.instances[0].app.services.accounts.find(ivan.id);
    expect(page.html).not.toContain(account?.accountNumber);
  });

  it('presses, in a browser that nobody is signed in in, and reads what was done and what to do now', async () => {
    const agent = two.newBrowser();
    const done = await agent.submit(await agent.open(link), {});
    expect(done.status).toBe(200);
    expect(titleOf(done)).toContain('Your account is secured');
    expect(wordsOf(done)).toContain('8 800 000-00-00');
    for (const trait of [ivan.profile.familyName, phone.slice(-4), '•••']) expect(done.html).not.toContain(trait);
  });
});

describe('after that', () => {
  it('every browser is signed out, with everything that services had, on both instances', async () => {
    for (const visit of [own, stranger]) {
      expect(await lifeSigns(two, visit)).toEqual(dead);
      expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
      expect(await refreshAt(two, visit, 1)).toBe('invalid_grant');
      expect(await nextVisit(visit)).toBe('sign-in page');
    }
  });

  it('the services are told, each by its call', async () => {
    await listener.hears(2);
    expect(listener.tokens).toHaveLength(2);
  });

  it('the old password is refused like any wrong one, for one hash, by every identifier', async () => {
    const { hashing } = two.instances[0].app.services;
    const agent = two.newBrowser({ origin: two.origins[0] });
    const page = await agent.open((await stranger.service.begin()).url);
    const wrong = await agent.submit(page, { identifier: phone, password: 'a wrong one' });
    const plain = (html: string) => wordsOf({ ...wrong, html }).replaceAll(/[0-9A-Z]{5}-[0-9A-Z]{5}/g, '');
    for (const identifier of [phone, String(ivan.email), String(ivan.snils)]) {
      const before = hashing.count();
      const refused = await agent.submit(page, { identifier, password: ivan.password });
      expect(hashing.count() - before).toBe(1);
      expect(refused.status).toBe(wrong.status);
      expect(plain(refused.html)).toBe(plain(wrong.html));
    }
  });

  it('the remembered browser is none any more: its tries count like everybody’s', async () => {
    const { devices, accounts } = two.instances[1].app.services;
    expect(await devices.isKnown(ivan.id, /civic_device=([^;]+)/.exec(own.agent.cookieFor('/'))?.[1])).toBe(false);
    expect((await accounts.find(ivan.id))?.passwordVerifier).toBeUndefined();
  });

  it('the PIN is locked, the right one too, and what does much harm waits for a day', async () => {
    const { rules, services } = two.instances[1].app;
    expect(await rules.pin.check(ivan.id, String(ivan.pin))).toEqual({ outcome: 'locked', justNow: false });
    const held = (await services.accounts.find(ivan.id))?.highRiskHeldUntil?.getTime() ?? 0;
    expect(held - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(held - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
  });

  it('every contact is told, without another link, and with whom to turn to', async () => {
    const after = (await readOutbox(two.instances[0])).filter(
      ({ purpose, text }) => purpose === 'notice' && !text.includes(link),
    );
    expect(after.map(({ to }) => to).sort()).toEqual([phone, String(ivan.email)].sort());
    for (const { text } of after) {
      expect(text).toContain('Это не я');
      expect(text).toContain('8 800 000-00-00');
      expect(text).not.toContain('http');
    }
  });

  it('the journal has the evidence: who pressed, and which request was not theirs', async () => {
    const all = await events();
    const signIns = all.filter(({ type }) => type === 'sign-in');
    const [reported] = all.filter(({ type }) => type === 'not-me');
    expect(reported).toMatchObject({ clientId: null, reported: { kind: 'new-sign-in' } });
    expect(reported?.['reported'].requestId).toBe(signIns.at(-1)?.['requestId']);
    expect(reported?.['requestId']).not.toBe(signIns.at(-1)?.['requestId']);
    expect(all.filter(({ type }) => type === 'not-me')).toHaveLength(1);
  });

  it('the link of the earlier notice is of no use either, so that it cannot void the next password', async () => {
    const open = await nativeCollection(two.connection, 'not_me_links').countDocuments({
      accountId: ivan.id,
      spentAt: null,
    });
    expect(open).toBe(0);
  });
});
