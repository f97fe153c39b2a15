// A browser that was forgotten is asked for a code again; forgetting says nothing of anybody else's.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const asked = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome, Windows' };
const rules = () => idp.app.rules.rememberedBrowsers;
const devices = () => idp.app.services.devices;
const eventsOf = async (accountId: string): Promise<string[]> => {
  const rows = await nativeCollection<{ type: string }>(idp.connection, 'journal').find({ accountId }).toArray();
  return rows.map(({ type }) => type);
};
const twoBrowsers = async () => {
  const { id } = await newPerson(idp);
  const cookies = [devices().draw(undefined), devices().draw(undefined)] as const;
  await idp.app.services.inTransaction(async (tx) => {
    await devices().remember(tx, id, 'Chrome, Windows', cookies[0]);
    await devices().remember(tx, id, 'Safari, iOS', cookies[1]);
  });
  return { id, cookies };
};
const idOf = async (accountId: string, name: string): Promise<string> =>
  (await rules().list(accountId, undefined)).find((browser) => browser.name === name)?.id ?? '';

describe('the list', () => {
  it('tells each browser by its name and times, and which of them asks', async () => {
    const { id, cookies } = await twoBrowsers();
    const list = await rules().list(id, cookies[0]);
    expect(list.map(({ name, isThis }) => ({ name, isThis }))).toContainEqual({
      name: 'Chrome, Windows',
      isThis: true,
    });
    expect(list.map(({ name, isThis }) => ({ name, isThis }))).toContainEqual({ name: 'Safari, iOS', isThis: false });
    expect(JSON.stringify(list)).not.toContain(cookies[0]);
  });

  it('puts first what was seen last, and leaves out what is no longer good', async () => {
    const { id, cookies } = await twoBrowsers();
    const second = await idOf(id, 'Safari, iOS');
    await nativeCollection<{ _id: string }>(idp.connection, 'devices').updateOne(
      { _id: second },
      { $set: { lastSeenAt: new Date(Date.now() + 1000) } },
    );
    expect((await rules().list(id, undefined)).map(({ name }) => name)).toEqual(['Safari, iOS', 'Chrome, Windows']);

    await nativeCollection<{ _id: string }>(idp.connection, 'devices').updateOne(
      { _id: second },
      { $set: { expiresAt: new Date(Date.now() - 1) } },
    );
    expect((await rules().list(id, cookies[1])).map(({ name }) => name)).toEqual(['Chrome, Windows']);
  });
});

describe('forgetting', () => {
  it('one leaves the others', async () => {
    const { id, cookies } = await twoBrowsers();
    expect(await rules().forget(id, await idOf(id, 'Safari, iOS'), asked)).toEqual({ outcome: 'forgotten' });
    expect(await devices().isKnown(id, cookies[0])).toBe(true);
    expect(await devices().isKnown(id, cookies[1])).toBe(false);
    expect(await eventsOf(id)).toEqual(['device-forgotten']);
  });

  it('all leaves none', async () => {
    const { id, cookies } = await twoBrowsers();
    expect(await rules().forgetAll(id, asked)).toEqual({ outcome: 'all-forgotten' });
    for (const cookie of cookies) expect(await devices().isKnown(id, cookie)).toBe(false);
    expect(await rules().forgetAll(id, asked)).toEqual({ outcome: 'none' });
    expect(await eventsOf(id)).toEqual(['devices-forgotten']);
  });

  it('is done and written down once, by twenty at once', async () => {
    const { id } = await twoBrowsers();
    const one = await idOf(id, 'Safari, iOS');
    const forgotten = await race(20, () => rules().forget(id, one, asked));
    expect(forgotten.lost).toEqual([]);
    expect(tally(forgotten.won.map(({ outcome }) => outcome))).toEqual({ forgotten: 1, unknown: 19 });
    const all = await race(20, () => rules().forgetAll(id, asked));
    expect(all.lost).toEqual([]);
    expect(tally(all.won.map(({ outcome }) => outcome))).toEqual({ 'all-forgotten': 1, none: 19 });
    expect((await eventsOf(id)).sort()).toEqual(['device-forgotten', 'devices-forgotten']);
  });

  it('answers alike for somebody else’s browser and for one that never was', async () => {
    const { id, cookies } = await twoBrowsers();
    const stranger = await newPerson(idp);
    const theirs = await idOf(id, 'Safari, iOS');
    for (const handle of [theirs, 'never-was', '', 'я'.repeat(10_000), cookies[0]]) {
      expect(await rules().forget(stranger.id, handle, asked)).toEqual({ outcome: 'unknown' });
    }
    expect(await devices().isKnown(id, cookies[1])).toBe(true);
    expect(await eventsOf(stranger.id)).toEqual([]);
  });

  it('does not happen where it cannot be written down', async () => {
    const { id, cookies } = await twoBrowsers();
    const one = await idOf(id, 'Chrome, Windows');
    const collection = nativeCollection(idp.connection, 'journal');
    await collection.db.command({ collMod: 'journal', validator: { type: 'nothing' } });
    try {
      await expect(rules().forget(id, one, asked)).rejects.toThrow('journal');
    } finally {
      await collection.db.command({ collMod: 'journal', validator: {} });
    }
    expect(await devices().isKnown(id, cookies[0])).toBe(true);
  });
});
