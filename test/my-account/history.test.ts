// The history is the person's own, twelve months of it, twenty lines a page: none is lost, none comes twice, whatever the clock said.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { JournalEventType } from '../../src/journal/index.ts';
import { groupOf, historyGroups, textKeyOf, typesOf } from '../../src/my-account/history-groups.ts';
import { locales } from '../../src/web/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const journal = () => nativeCollection(idp.connection, 'journal');
const read = (accountId: string, group?: (typeof historyGroups)[number], before?: string) =>
  idp.app.rules.history.read(accountId, { group, before });

const day = 24 * 3600 * 1000;
const event = (accountId: string, at: Date, type: JournalEventType = 'sign-in', more: object = {}) => ({
  at,
  type,
  accountId,
  clientId: null,
  requestId: 'AAAAA-AAAAA',
  network: '203.0.113.0/24',
  device: 'Chrome, Windows',
  ...more,
});
let people = 0;
const somebodyWith = async (count: number, at: (index: number) => Date = () => new Date()): Promise<string> => {
  people += 1;
  const id = `person-${people}`;
  if (count > 0) await journal().insertMany(Array.from({ length: count }, (_, index) => event(id, at(index))));
  return id;
};
/** All pages one after the other. */
const readAll = async (
  accountId: string,
  group?: (typeof historyGroups)[number],
  tell: (event: Awaited<ReturnType<typeof read>>['events'][number]) => string = ({ id }) => id,
): Promise<string[][]> => {
  const pages: string[][] = [];
  let before: string | undefined;
  do {
    const page = await read(accountId, group, before);
    pages.push(page.events.map(tell));
    before = page.olderThan;
  } while (before !== undefined);
  return pages;
};

describe('the pages', () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [20, [20]],
    [21, [20, 1]],
    [45, [20, 20, 5]],
  ])('of %i events hold %j', async (count, sizes) => {
    const pages = await readAll(await somebodyWith(count));
    expect(pages.map((page) => page.length)).toEqual(sizes);
    expect(new Set(pages.flat()).size).toBe(count);
  });

  it('begin with the newest', async () => {
    const id = await somebodyWith(25, (index) => new Date(Date.now() - ((index * 7) % 25) * day));
    const { events } = await read(id);
    const times = events.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('lose and repeat nothing where many happened in one moment and more comes in between', async () => {
    const moment = new Date(Date.now() - day);
    const id = await somebodyWith(50, () => moment);
    const first = await read(id);
    await journal().insertMany(Array.from({ length: 5 }, () => event(id, new Date())));
    const second = await read(id, undefined, first.olderThan);
    const third = await read(id, undefined, second.olderThan);
    const ids = [...first.events, ...second.events, ...third.events].map((one) => one.id);
    expect(ids).toHaveLength(50);
    expect(new Set(ids).size).toBe(50);
    expect(third.olderThan).toBeUndefined();
  });

  it('begin anew for a place that is none, or is somebody else’s', async () => {
    const id = await somebodyWith(3);
    const other = await somebodyWith(30);
    const foreign = (await read(other)).olderThan;
    const newest = await read(id);
    for (const before of [foreign, '', 'zzz', '0'.repeat(24), 'я'.repeat(10_000), '$where']) {
      expect(await read(id, undefined, before)).toEqual(newest);
    }
  });
});

describe('what is told', () => {
  it('is twelve months and not a day more', async () => {
    const id = await somebodyWith(0);
    const [inside, outside] = [new Date(), new Date()];
    inside.setUTCMonth(inside.getUTCMonth() - 12);
    inside.setUTCMinutes(inside.getUTCMinutes() + 5);
    outside.setUTCMonth(outside.getUTCMonth() - 12);
    outside.setUTCMinutes(outside.getUTCMinutes() - 5);
    await journal().insertMany([event(id, inside), event(id, outside)]);
    expect((await read(id)).events.map(({ at }) => at)).toEqual([inside]);
  });

  it('is by its group, and every group has something', async () => {
    const id = await somebodyWith(0);
    const types = Object.keys(groupOf);
    await journal().insertMany(types.map((type) => ({ ...event(id, new Date()), type })));
    for (const group of historyGroups) {
      const shown = (await readAll(id, group, ({ type }) => type)).flat();
      expect(shown.length).toBeGreaterThan(0);
      expect(new Set(shown)).toEqual(new Set(typesOf(group)));
    }
    const all = await readAll(id);
    expect(all.flat()).toHaveLength(typesOf(undefined).length);
  });

  it('names the service, also one that is no longer registered', async () => {
    const id = await somebodyWith(0);
    const service = await newService(idp, { client_name: 'Оплата штрафов' });
    const clientId = service.metadata.client_id;
    await nativeCollection<{ _id: string }>(idp.connection, 'clients').updateOne(
      { _id: clientId },
      { $set: { isDisabled: true } },
    );
    await journal().insertMany([
      event(id, new Date(), 'consent-given', { clientId }),
      event(id, new Date(), 'consent-given', { clientId: 'never-was' }),
    ]);
    const services = (await read(id)).events.map((one) => one.service);
    expect(services).toContain('Оплата штрафов');
    expect(services).toContain(undefined);
  });

  it('is found one by one for its own account alone', async () => {
    const id = await somebodyWith(1);
    const other = await somebodyWith(1);
    const [own] = (await read(id)).events;
    expect(await idp.app.rules.history.find(id, own?.id ?? '')).toEqual(own);
    expect(await idp.app.rules.history.find(other, own?.id ?? '')).toBeUndefined();
    for (const odd of ['', 'abc', 'я'.repeat(10_000)]) {
      expect(await idp.app.rules.history.find(id, odd)).toBeUndefined();
    }
  });
});

it('one line of what means nothing to a person is found by nobody: there are no words for it', async () => {
  const id = await somebodyWith(0);
  const { insertedId } = await journal().insertOne(event(id, new Date(), 'pin-asked'));
  expect(await idp.app.rules.history.find(id, insertedId.toHexString())).toBeUndefined();
});

describe('the words', () => {
  it.each(locales)('are there for every kind of event that is told: %s', (locale) => {
    const t = idp.app.web.texts[locale];
    for (const type of typesOf(undefined))
      expect(t(textKeyOf({ type, isNewDevice: false }), { device: 'x' })).not.toBe('');
    expect(t(textKeyOf({ type: 'sign-in', isNewDevice: true }), { device: 'Chrome' })).toContain('Chrome');
  });

  it('do not tell that a document belongs to another account', () => {
    expect(textKeyOf({ type: 'level-check-taken', isNewDevice: false })).toBe(
      textKeyOf({ type: 'level-check-failed', isNewDevice: false }),
    );
  });
});
