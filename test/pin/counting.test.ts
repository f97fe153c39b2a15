// PIN-04, PIN-05, PIN-06: every try is counted before it is compared, and what locks a PIN cannot be outrun, waited out or forgotten.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { newPersonWithPin, pinRowOf, pinRows, rightPin, wrongPin } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

const uri = testDatabaseUri();
let idp: TestCivicId;
/** What the next try meets after it was counted. */
let meet: NonNullable<TestOptions['checkpoint']> = async () => undefined;
beforeAll(async () => {
  idp = await startCivicId({ uri, checkpoint: (name) => meet(name) });
});
afterAll(async () => {
  await idp.stop();
  await dropDatabase(uri);
});

const day = 24 * 60;
const check = ({ id }: Citizen, pin: string) => idp.app.rules.pin.check(id, pin);
const stateOf = ({ id }: Citizen) => idp.app.rules.pin.stateOf(id);
const failTimes = async (person: Citizen, times: number): Promise<unknown[]> => {
  const outcomes = [];
  for (let turn = 0; turn < times; turn += 1) outcomes.push(await check(person, wrongPin));
  return outcomes;
};
const right = { outcome: 'right' };
const wrong = (triesLeft: number) => ({ outcome: 'wrong', triesLeft });
const lockedNow = { outcome: 'locked', justNow: true };
const locked = { outcome: 'locked', justNow: false };

/** The process ends, as far as this try is concerned, between count and comparison. */
const crashDuring = async (person: Citizen): Promise<void> => {
  meet = async (name) => {
    if (name === 'PIN try reserved') throw new Error('power cut');
  };
  await expect(check(person, rightPin)).rejects.toThrow('power cut');
  meet = async () => undefined;
};

describe('PIN-05 wrong tries in a row', () => {
  it('count down, and the fifth locks: from then on the right PIN is refused, unread', async () => {
    const person = await newPersonWithPin(idp);
    expect(await failTimes(person, 5)).toEqual([wrong(4), wrong(3), wrong(2), wrong(1), lockedNow]);
    const compared = idp.app.services.hashing.count();
    expect(await check(person, rightPin)).toEqual(locked);
    expect(await check(person, wrongPin)).toEqual(locked);
    expect(idp.app.services.hashing.count()).toBe(compared);
    expect(await stateOf(person)).toBe('locked');
  });

  it('are forgotten after a right one', async () => {
    const person = await newPersonWithPin(idp);
    await failTimes(person, 4);
    expect(await check(person, rightPin)).toEqual(right);
    expect(await failTimes(person, 4)).toEqual([wrong(4), wrong(3), wrong(2), wrong(1)]);
  });

  it('are never forgotten by waiting', async () => {
    const person = await newPersonWithPin(idp);
    await failTimes(person, 4);
    await idp.age(400 * day);
    expect(await failTimes(person, 1)).toEqual([lockedNow]);
    await idp.age(400 * day);
    expect(await check(person, rightPin)).toEqual(locked);
  });

  it('lock one person’s PIN alone', async () => {
    const [anna, ivan] = [await newPersonWithPin(idp), await newPersonWithPin(idp)];
    await failTimes(anna, 5);
    expect(await check(ivan, rightPin)).toEqual(right);
  });
});

describe('PIN-05 twenty wrong tries within thirty days', () => {
  /** Four wrong ones and a right one, so many times. */
  const failByFours = async (person: Citizen, rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      await failTimes(person, 4);
      expect(await check(person, rightPin)).toEqual(right);
    }
  };

  it('lock the PIN although right ones stand between, and say so beforehand', async () => {
    const person = await newPersonWithPin(idp);
    await failByFours(person, 4);
    await idp.age(29 * day);
    expect(await failTimes(person, 3)).toEqual([wrong(3), wrong(2), wrong(1)]);
    expect(await check(person, rightPin)).toEqual(right);
    expect(await failTimes(person, 1)).toEqual([lockedNow]);
    expect(await check(person, rightPin)).toEqual(locked);
  });

  it('keep it locked when the thirty days are over', async () => {
    const person = await newPersonWithPin(idp);
    await failByFours(person, 4);
    await failTimes(person, 3);
    expect(await failTimes(person, 1)).toEqual([lockedNow]);
    await idp.age(31 * day);
    expect(await check(person, rightPin)).toEqual(locked);
  });

  it('are counted over thirty days and no longer', async () => {
    const person = await newPersonWithPin(idp);
    await failByFours(person, 4);
    await idp.age(31 * day);
    await failByFours(person, 4);
    expect(await stateOf(person)).toBe('usable');
  });

  it('are told before any field also when the last of them was never compared', async () => {
    const person = await newPersonWithPin(idp);
    await failByFours(person, 4);
    await failTimes(person, 3);
    await crashDuring(person);
    expect(await check(person, rightPin)).toEqual(locked);
    expect(await stateOf(person)).toBe('locked');
  });
});

describe('PIN-06 a try that was counted and never compared', () => {
  it('counts: five crashes are five tries', async () => {
    const person = await newPersonWithPin(idp);
    for (let turn = 0; turn < 4; turn += 1) await crashDuring(person);
    expect((await pinRowOf(idp, person)).tries).toBe(4);
    await crashDuring(person);
    expect(await stateOf(person)).toBe('locked');
    expect(await check(person, rightPin)).toEqual(locked);
  });

  it('is forgiven by a right one in the row, and stays among the twenty', async () => {
    const person = await newPersonWithPin(idp);
    await crashDuring(person);
    expect(await check(person, rightPin)).toEqual(right);
    expect(await pinRowOf(idp, person)).toMatchObject({ tries: 0, failures: [{ id: expect.any(String) }] });
  });

  it('stands in a document of its own, one an account, which nothing ever sweeps', async () => {
    const person = await newPersonWithPin(idp);
    await failTimes(person, 2);
    expect(await pinRows(idp).countDocuments({ _id: person.id })).toBe(1);
    expect(Object.keys(await pinRowOf(idp, person))).not.toContain('expiresAt');
    const indexes = await pinRows(idp).indexes();
    expect(indexes.filter((index) => index['expireAfterSeconds'] !== undefined)).toEqual([]);
  });
});

describe('a person without a PIN', () => {
  it('has none, however often somebody tries', async () => {
    const nobody = await newPersonWithPin(idp);
    await pinRows(idp).deleteOne({ _id: nobody.id });
    expect(await failTimes(nobody, 6)).toEqual(Array.from({ length: 6 }, () => ({ outcome: 'none' })));
    expect(await pinRows(idp).countDocuments({ _id: nobody.id })).toBe(0);
  });
});
