// The page of the history: a person's own, in words, by kinds and by pages; and “this was not me” behind each line.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { typeCredentials } from '../support/people.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
let guarded: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
  guarded = await startCivicId({ newDeviceCodes: true });
});
afterAll(async () => {
  await idp.stop();
  await guarded.stop();
});

const path = '/account/history';
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const journal = () => nativeCollection<Record<string, unknown>>(idp.connection, 'journal');
const eventsOf = async (accountId: string): Promise<string[]> =>
  (await journal().find({ accountId }).toArray()).map(({ type }) => String(type));
const openHistory = (person: Citizen, language = 'en') =>
  openAccount(idp, person, {
    path,
    agent: createBrowserAgent(idp.issuer, { headers: { 'User-Agent': chrome }, language }),
  });
const linksOf = ({ html }: PageView, matching: RegExp): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)]
    .map(([, href = '']) => href.replaceAll('&#38;', '&').replaceAll('&amp;', '&'))
    .filter((href) => matching.test(href));
const eventLinks = (page: PageView): string[] => linksOf(page, /\/account\/not-me\?event=/);
const withEvents = async (count: number) => {
  const person = await newPerson(idp);
  const { agent } = await openHistory(person);
  await journal().deleteMany({ accountId: person.id });
  const rows = Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.now() - index * 1000),
    type: 'pin-right',
    accountId: person.id,
    clientId: null,
    requestId: 'AAAAA-AAAAA',
    network: '203.0.113.0/24',
    device: 'Chrome, Windows',
  }));
  if (count > 0) await journal().insertMany(rows);
  return { person, agent, page: await agent.open(path) };
};

describe('the lines', () => {
  it('tell of a first sign-in on a new device as such, and of the next one as a sign-in', async () => {
    const person = await newPerson(guarded);
    const agent = createBrowserAgent(guarded.issuer, { headers: { 'User-Agent': chrome } });
    const { page } = await openAccount(guarded, person, { path, agent });
    const code = await lastCodeTo(guarded, person.email ?? '');
    const inside = await agent.submit(page, { code, remember_browser: 'yes' });
    expect(wordsOf(inside)).toContain('Sign-in from a new device: Chrome, Windows');

    await agent.submit(await agent.open('/session/end'), { logout: 'yes' });
    const again = await typeCredentials(agent, await agent.open(path), person);
    expect(wordsOf(again)).toContain('Sign-in: Chrome, Windows');
    expect(wordsOf(again)).toContain('Sign-out');
  });

  it('name the service and the number for support, and no network', async () => {
    const person = await newPerson(idp);
    const agent = createBrowserAgent(idp.issuer, { headers: { 'User-Agent': chrome } });
    const service = await newService(idp, { client_name: 'Оплата штрафов' });
    const page = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
    await agent.submit(page, {});
    const words = wordsOf(await agent.open(path));
    expect(words).toContain('A service was allowed to learn details');
    expect(words).toContain('Service: Оплата штрафов');
    expect(words).toMatch(/Number for support: [2-9A-Z]{5}-[2-9A-Z]{5}/);
    expect(words).not.toMatch(/\d+\.\d+\.\d+|::/);
  });

  it('tell the time by the person’s own clock, in their language', async () => {
    const person = await newPerson(idp);
    const { agent } = await openHistory(person, 'ru');
    const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
    await journal().updateMany({ accountId: person.id }, { $set: { at: new Date(Date.now() - 60_000) } });
    const timeIn = (timeZone: string) =>
      new Intl.DateTimeFormat('ru', { timeZone, hour: '2-digit', minute: '2-digit' }).format(Date.now() - 60_000);
    for (const [zone, shown] of [
      ['Asia/Vladivostok', 'Asia/Vladivostok'],
      ['Not/AZone', 'Europe/Moscow'],
    ] as const) {
      await accounts.updateOne({ _id: person.id }, { $set: { 'profile.zoneinfo': zone } });
      expect(wordsOf(await agent.open(path))).toContain(timeIn(shown));
    }
  });

  it('are the person’s own alone', async () => {
    const { agent } = await withEvents(3);
    const other = await withEvents(5);
    expect(eventLinks(await agent.open(path))).toHaveLength(3);
    const [theirs = ''] = eventLinks(other.page);
    expect(titleOf(await agent.open(theirs))).toContain('History');
  });
});

describe('the pages and kinds', () => {
  it.each([
    [1, 1, 0],
    [20, 20, 0],
    [21, 20, 1],
  ])('of %i lines are %i and %i', async (count, first, second) => {
    const { agent, page } = await withEvents(count);
    expect(eventLinks(page)).toHaveLength(first);
    const older = linksOf(page, /before=\w+$/);
    expect(older).toHaveLength(second === 0 ? 0 : 1);
    if (older[0] === undefined) return;
    const next = await agent.open(older[0]);
    expect(eventLinks(next)).toHaveLength(second);
    expect(linksOf(next, /before=\w+$/)).toEqual([]);
    expect(wordsOf(next)).toContain('Back to the newest');
  });

  it('say so where there is nothing', async () => {
    const { agent, page } = await withEvents(0);
    expect(wordsOf(page)).toContain('There is nothing here yet.');
    expect(wordsOf(await agent.open(`${path}?show=refusals`))).toContain('Nothing of this kind has happened');
  });

  it('show one kind', async () => {
    const { agent } = await withEvents(3);
    expect(eventLinks(await agent.open(`${path}?show=confirmations`))).toHaveLength(3);
    expect(eventLinks(await agent.open(`${path}?show=sign-ins`))).toHaveLength(0);
  });

  it.each([
    '?show=everything',
    '?show[]=refusals',
    '?show=all&show=refusals',
    '?before=zzz',
    `?before=${'0'.repeat(24)}`,
    `?before=${'x'.repeat(10_000)}`,
    `?before=${encodeURIComponent('я'.repeat(500))}`,
    '?before=a&before=b',
    '?before[$ne]=x',
  ])('show the newest for an address that makes no sense: %#', async (query) => {
    const { agent } = await withEvents(2);
    const page = await agent.open(path + query);
    expect(page.status).toBe(200);
    expect(eventLinks(page)).toHaveLength(2);
  });
});

describe('“this was not me”', () => {
  it('is a page that says what it does and does nothing by being looked at', async () => {
    const { agent, page, person } = await withEvents(1);
    const [link = ''] = eventLinks(page);
    const asked = await agent.open(link);
    expect(wordsOf(asked)).toContain('Confirmed with the PIN');
    expect(await eventsOf(person.id)).toEqual(['pin-right']);
    expect(titleOf(await agent.open(path))).toContain('History');
  });

  it('ends everything, this sign-in too, and keeps what was reported', async () => {
    const { agent, page, person } = await withEvents(1);
    const [link = ''] = eventLinks(page);
    const done = await agent.submit(await agent.open(link), {});
    expect(done.url).toMatch(/\/account\/not-me\/done$/);
    expect(done.status).toBe(200);
    expect((await agent.get(path)).status).toBe(303);
    const again = await typeCredentials(agent, await agent.open(path), person);
    expect(again.status).toBe(422);
    expect(await journal().findOne({ accountId: person.id, type: 'not-me' })).toMatchObject({
      reported: { kind: 'pin-right', requestId: 'AAAAA-AAAAA' },
    });
  });

  it('is taken for nobody else’s line, nor for one that never was', async () => {
    const other = await withEvents(1);
    const { agent, page, person } = await withEvents(1);
    const [own = ''] = eventLinks(page);
    const theirs = new URL(eventLinks(other.page)[0] ?? '', idp.issuer).searchParams.get('event') ?? '';
    const form = await agent.open(own);
    for (const event of [theirs, '', 'zzz', '0'.repeat(24), 'я'.repeat(500)]) {
      expect((await agent.submit(form, { event })).url).toMatch(/\/account\/history$/);
    }
    expect(await eventsOf(person.id)).toEqual(['pin-right']);
    expect(await eventsOf(other.person.id)).toEqual(['pin-right']);
    expect((await agent.submit(form, { csrf: 'x' })).status).toBe(403);
  });

  it('keeps its line when the language changes', async () => {
    const { agent, page } = await withEvents(1);
    const form = await agent.open(eventLinks(page)[0] ?? '');
    const russian = await agent.submitTo(/ru/, form, {});
    expect(titleOf(russian)).toContain('Это были не вы?');
    expect(wordsOf(russian)).toContain('Действие подтверждено ПИН-кодом');
  });
});
