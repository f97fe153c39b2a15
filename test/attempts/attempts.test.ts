// Tries are counted before they are looked at, waits grow, and nothing of what is counted can be read back.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { attemptIndexes, createAttempts, type Attempts, type Reservation } from '../../src/attempts/index.ts';
import { connect, ensureIndexes, nativeCollection, type Connection } from '../../src/mongo/index.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { race, tally } from '../support/race.ts';

const { free, window, firstWait, longestWait } = limits.signInAttempts;
const uri = testDatabaseUri();
const key = randomBytes(32);

let connection: Connection;
let movedBy = 0;
const now = () => new Date(Date.now() + movedBy);
const pass = (seconds: number) => (movedBy += seconds * 1000);
const on = (used: Connection, changes: { key?: Buffer } = {}): Attempts =>
  createAttempts({ connection: used, key, limits: limits.signInAttempts, now, random: randomBytes, ...changes });
let attempts: Attempts;
let subject: string;

beforeAll(async () => {
  connection = await connect(uri);
  await ensureIndexes(connection, [attemptIndexes]);
  attempts = on(connection);
});
beforeEach(() => {
  movedBy = 0;
  subject = `sign-in:phone:+7${randomBytes(6).toString('hex')}`;
});
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
});

const records = () => nativeCollection<{ _id: string; expiresAt: Date }>(connection, 'attempts');
/** Seconds until which a reservation says to wait, rounded; 0 where it says nothing. */
const waitOf = (reservation: Reservation): number => {
  const until = reservation.outcome === 'wait' ? reservation.until : reservation.waitUntil;
  return until === undefined ? 0 : Math.round((until.getTime() - now().getTime()) / 1000);
};
const reserveMany = async (count: number): Promise<Reservation[]> => {
  const reservations: Reservation[] = [];
  for (let turn = 0; turn < count; turn += 1) reservations.push(await attempts.reserve(subject));
  return reservations;
};
const outcomes = (reservations: Reservation[]) => tally(reservations.map(({ outcome }) => outcome));

describe('tries', () => {
  it('are free up to the limit; from then on each is followed by a wait', async () => {
    const first = await reserveMany(free);
    expect(outcomes(first)).toEqual({ reserved: free });
    expect(first.slice(0, -1).map(waitOf)).toEqual(Array<number>(free - 1).fill(0));
    expect(waitOf(first.at(-1) ?? { outcome: 'reserved', waitUntil: undefined, freeLeft: 0 })).toBe(firstWait);

    const [next] = await reserveMany(1);
    expect(next?.outcome).toBe('wait');
  });

  it('that come twenty at once are reserved as often as is free, and no more', async () => {
    const { won, lost } = await race(20, () => attempts.reserve(subject));
    expect(lost).toEqual([]);
    expect(outcomes(won)).toEqual({ reserved: free, wait: 20 - free });
    for (const waiting of won.filter(({ outcome }) => outcome === 'wait')) {
      expect(Math.abs(waitOf(waiting) - firstWait)).toBeLessThanOrEqual(2);
    }
  });

  it('on two instances at once are counted together', async () => {
    const other = await connect(uri);
    const both = [attempts, on(other)];
    const { won } = await race(40, (index) => (both[index % 2] ?? attempts).reserve(subject));
    expect(outcomes(won)).toEqual({ reserved: free, wait: 40 - free });
    await other.close();
  });

  it('of one subject are nobody else’s', async () => {
    await reserveMany(free + 1);
    expect(await attempts.reserve(`${subject}0`)).toMatchObject({ outcome: 'reserved', waitUntil: undefined });
  });

  it('after a wait are looked at one at a time, however many come', async () => {
    await reserveMany(free);
    pass(firstWait + 1);
    const { won } = await race(20, () => attempts.reserve(subject));
    expect(outcomes(won)).toEqual({ reserved: 1, wait: 19 });
  });
});

describe('waits', () => {
  it('double from half a minute to a quarter of an hour and stay there', async () => {
    const seen = [waitOf((await reserveMany(free)).at(-1) ?? { outcome: 'wait', until: now() })];
    for (let turn = 0; turn < 7; turn += 1) {
      pass((seen.at(-1) ?? 0) + 1);
      const [reservation] = await reserveMany(1);
      expect(reservation?.outcome).toBe('reserved');
      seen.push(reservation === undefined ? 0 : waitOf(reservation));
    }
    expect(seen).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    expect([firstWait, longestWait]).toEqual([30, 900]);
  });

  it('do not grow while somebody knocks during one', async () => {
    await reserveMany(free);
    pass(10);
    const knocks = await reserveMany(5);
    expect(outcomes(knocks)).toEqual({ wait: 5 });
    expect(knocks.map(waitOf).every((seconds) => Math.abs(seconds - (firstWait - 10)) <= 1)).toBe(true);
    pass(firstWait - 10 + 1);
    expect((await reserveMany(1)).map(({ outcome }) => outcome)).toEqual(['reserved']);
  });

  it('never overflow, however long somebody goes on', async () => {
    await reserveMany(free);
    await records().updateMany({}, { $set: { tries: 5000 } });
    pass(longestWait + 1);
    const [reservation] = await reserveMany(1);
    expect(reservation?.outcome).toBe('reserved');
    expect(reservation === undefined ? 0 : waitOf(reservation)).toBe(longestWait);
  });
});

describe('what was counted', () => {
  it('is over when the window since the first try is', async () => {
    await reserveMany(free - 1);
    pass(window - 5);
    expect((await reserveMany(1)).map(waitOf)).toEqual([firstWait]);

    subject += 'x';
    await reserveMany(free - 1);
    pass(window + 1);
    expect((await reserveMany(free)).map(waitOf)).toEqual([...Array<number>(free - 1).fill(0), firstWait]);
  });

  it('is over a window after the last wait', async () => {
    await reserveMany(free);
    pass(firstWait + window + 1);
    expect((await reserveMany(2)).map(waitOf)).toEqual([0, 0]);
  });

  it('is still counted within a window after the last wait', async () => {
    await reserveMany(free);
    pass(firstWait + window - 5);
    expect((await reserveMany(1)).map(waitOf)).toEqual([firstWait * 2]);
  });

  it('is forgotten after a right try', async () => {
    await reserveMany(free);
    await attempts.forget(subject);
    expect((await reserveMany(free)).map(waitOf)).toEqual([...Array<number>(free - 1).fill(0), firstWait]);
    expect(await records().countDocuments({})).toBeGreaterThan(0);
  });

  it('is given back where nothing was compared', async () => {
    const { won } = await race(20, async () => {
      const reservation = await attempts.reserve(subject);
      await attempts.giveBack(subject);
      return reservation;
    });
    expect(won.length).toBe(20);
    for (let turn = 0; turn < 3; turn += 1) {
      await reserveMany(1);
      await attempts.giveBack(subject);
    }
    expect((await reserveMany(free)).map(waitOf)).toEqual([...Array<number>(free - 1).fill(0), firstWait]);
  });

  it('never becomes less than nothing by giving back', async () => {
    await attempts.giveBack(subject);
    await reserveMany(1);
    for (let turn = 0; turn < 5; turn += 1) await attempts.giveBack(subject);
    expect(outcomes(await reserveMany(free + 1))).toEqual({ reserved: free, wait: 1 });
  });

  it('takes away the wait that followed a try which is given back, and no other', async () => {
    await reserveMany(free);
    await attempts.giveBack(subject);
    expect((await reserveMany(1)).map(waitOf)).toEqual([firstWait]);
    expect(outcomes(await reserveMany(1))).toEqual({ wait: 1 });
  });
});

describe('the records', () => {
  it('hold nothing of who tried', async () => {
    await reserveMany(2);
    const stored = JSON.stringify(await records().find().toArray());
    const name = subject.split(':').at(-1) ?? subject;
    expect(stored).not.toContain(name);
    expect(stored).not.toContain('phone');
    const ids = (await records().find().toArray()).map(({ _id }) => _id);
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
  });

  it('are found again with the same key alone', async () => {
    await reserveMany(free);
    expect((await on(connection).reserve(subject)).outcome).toBe('wait');
    expect((await on(connection, { key: randomBytes(32) }).reserve(subject)).outcome).toBe('reserved');
  });

  it('count no longer when their time is over, although nothing sweeps here', async () => {
    await reserveMany(free);
    pass(window + longestWait + 3600);
    const over = await records().countDocuments({ expiresAt: { $lt: now() } });
    expect(over).toBeGreaterThan(0);
    expect((await reserveMany(1)).map(waitOf)).toEqual([0]);
  });

  it('may be swept as soon as they no longer count, and not before', async () => {
    await records().deleteMany({});
    await reserveMany(free);
    const [record] = await records().find().toArray();
    const left = ((record?.expiresAt.getTime() ?? 0) - now().getTime()) / 1000;
    expect(Math.abs(left - (firstWait + window))).toBeLessThan(5);
  });
});
