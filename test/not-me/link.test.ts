// What a link gives to whom: to a scanner nothing, to its holder one button, to everybody else one and the same page.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, readForm, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { newPerson } from '../support/new-person.ts';
import { pressNotMe, tellOf, traitsOf } from '../support/not-me.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const tokenOf = (link: string): string => link.split('/').at(-1) ?? '';
const told = async () => {
  const person = await newPerson(idp);
  return { person, link: await tellOf(idp, person) };
};
/** The words of a page but for the number of the request. */
const wordsBut = (page: { html: string }): string =>
  wordsOf({ status: 0, url: '', isElsewhere: false, headers: {}, ...page }).replaceAll(/[0-9A-Z]{5}-[0-9A-Z]{5}/g, '');

describe('a visit', () => {
  it('changes nothing, however often, by GET or HEAD, whoever it is', async () => {
    const { person, link } = await told();
    const before = await traitsOf(idp, person);
    const scanner = createBrowserAgent(idp.issuer);
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await scanner.get(link)).status).toBe(200);
      expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
      expect((await scanner.get(`${link}/done`)).status).toBe(404);
    }
    expect(await traitsOf(idp, person)).toEqual(before);
    expect(titleOf(await pressNotMe(idp, link))).toContain('Your account is secured');
  });

  it('tells no other site where it was, is kept by no cache, and is asked for in every language', async () => {
    const { link } = await told();
    const { headers } = await createBrowserAgent(idp.issuer).get(link);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    for (const [lang, title] of [
      ['ru', 'Это были не вы?'],
      ['pt', 'Não foi você?'],
    ]) {
      const page = await createBrowserAgent(idp.issuer).open(`${link}?lang=${lang}`);
      expect(page.html).toContain(`<h1>${title}</h1>`);
    }
  });

  it('by a form that comes only to be drawn in another language changes nothing', async () => {
    const { person, link } = await told();
    const before = await traitsOf(idp, person);
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.submitTo(/redraw_in=ru/, await agent.open(link), {});
    expect(page.html).toContain('<h1>Это были не вы?</h1>');
    expect(await traitsOf(idp, person)).toEqual(before);
  });
});

describe('72 hours', () => {
  it('is how long a link is good, and not longer', async () => {
    const later = await startCivicId(); // with a clock of its own
    const [one, other] = [await newPerson(later), await newPerson(later)];
    const [link, othersLink] = [await tellOf(later, one), await tellOf(later, other)];
    await later.age(72 * 60 - 2);
    const agent = createBrowserAgent(later.issuer);
    expect((await agent.open(link)).status).toBe(200);
    const page = await agent.open(othersLink);
    await later.age(3);
    expect(titleOf(await agent.open(link))).toContain('This link no longer works');
    expect(titleOf(await agent.submit(page, {}))).toContain('This link no longer works');
    for (const person of [one, other])
      expect(await traitsOf(later, person)).toMatchObject({ hasPassword: true, isHeld: false, events: 0 });
    await later.stop();
  });
});

describe('a link that is of no use', () => {
  const garbage = [
    'c0ffee-c0ffee_c0ffee-1',
    'short',
    'x'.repeat(10_000),
    encodeURIComponent('это-не-токен-а-просто'),
    '%00',
    '%00'.repeat(22),
    '$ne',
    '%7B%22%24ne%22%3Anull%7D',
    '..%2f..%2fauth',
    '%E0%A4%A',
  ];

  it('is answered by one and the same page, whatever is wrong with it: made up, malformed, used or over', async () => {
    const { link } = await told();
    await pressNotMe(idp, link);
    const agent = createBrowserAgent(idp.issuer);
    const used = await agent.open(link);
    expect(used.status).toBe(404);
    expect(wordsOf(used)).toContain('8 800 000-00-00');
    for (const token of garbage) {
      const page = await agent.get(`/not-me/${token}`);
      expect([token.slice(0, 30), page.status]).toEqual([token.slice(0, 30), 404]);
      expect(wordsBut({ html: page.text })).toBe(wordsBut(used));
    }
  });

  it('does nothing when it is posted to, in a form of ours', async () => {
    const { link } = await told();
    const agent = createBrowserAgent(idp.issuer);
    const { hidden } = readForm((await agent.open(link)).html);
    await allAreSent(idp);
    const before = await dumpDatabase(idp);
    for (const token of garbage) {
      const answer = await agent.post(`/not-me/${token}`, new URLSearchParams(hidden).toString());
      expect([token.slice(0, 30), answer.status]).toEqual([token.slice(0, 30), 404]);
    }
    expect(await dumpDatabase(idp)).toEqual(before);
  });
});

describe('a form', () => {
  it('that is not of this browser, or comes from another site, is refused', async () => {
    const { person, link } = await told();
    const before = await traitsOf(idp, person);
    const agent = createBrowserAgent(idp.issuer);
    const { hidden } = readForm((await agent.open(link)).html);
    const stranger = createBrowserAgent(idp.issuer);
    const body = new URLSearchParams(hidden).toString();
    expect((await stranger.post(link, body)).status).toBe(403);
    expect((await stranger.post(link, '')).status).toBe(403);
    expect((await agent.post(link, body, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await agent.post(link, body, { Origin: 'https://evil.example.org' })).status).toBe(403);
    expect((await agent.post(link, `${body}&accountId=sandbox-anna`)).status).toBe(400);
    expect(await traitsOf(idp, person)).toEqual(before);
  });

  it('of one link does nothing to anybody but the one whom it was sent to', async () => {
    const [one, other] = [await told(), await told()];
    const before = await traitsOf(idp, other.person);
    await pressNotMe(idp, one.link);
    expect(await traitsOf(idp, other.person)).toEqual(before);
    expect(await traitsOf(idp, one.person)).toMatchObject({ hasPassword: false, isHeld: true, events: 1 });
  });
});

describe('the token', () => {
  it('stands in the database in no clear form, waiting, sent or used, and in no line of the log', async () => {
    const { link } = await told();
    const token = tokenOf(link);
    expect(token).toMatch(/^[\w-]{22}$/);
    const clear = async () =>
      Object.entries(await dumpDatabase(idp)).flatMap(([name, text]) => (text.includes(token) ? [name] : []));
    expect(await clear()).toEqual([]);
    await pressNotMe(idp, link);
    await createBrowserAgent(idp.issuer).get(`/not-me/${token}/done`);
    await createBrowserAgent(idp.issuer).post(link, 'x=1');
    expect(await clear()).toEqual([]);
    const log = idp.logLines.join('\n');
    expect(log).not.toContain(token);
    expect(log).toContain('"/not-me/:token"');
  });

  it('is another one for every event and every person, and the same where a transaction is tried again', async () => {
    const { accounts, notMeLinks, inTransaction } = idp.app.services;
    const { person } = await told();
    const event = { accountId: person.id, kind: 'new-sign-in', at: new Date(), device: 'Firefox', requestId: null };
    const write = (changes: Partial<typeof event>) =>
      inTransaction((tx) => notMeLinks.write(tx, { ...event, ...changes }));
    const links = [
      await write({}),
      await write({ accountId: 'somebody-else' }),
      await write({ kind: 'level-raised' }),
      await write({ at: new Date(event.at.getTime() + 1) }),
      await write({ device: 'Chrome' }),
    ];
    expect(new Set(links).size).toBe(5);
    expect(await write({})).toBe(links[0]);
    const rows = nativeCollection(idp.connection, 'not_me_links');
    expect(
      await rows.countDocuments({ accountId: person.id, at: event.at, kind: 'new-sign-in', device: 'Firefox' }),
    ).toBe(1);
    expect(await accounts.find('somebody-else')).toBeUndefined();
    expect(titleOf(await pressNotMe(idp, links[1] ?? ''))).toContain('This link no longer works'); // nobody is behind it
  });
});
