// PIN-04, PIN-07: however many guesses arrive at once, and wherever, five are compared and no more.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf } from '../support/browser-agent.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  answerAt,
  askForPin,
  hasPinField,
  newPersonWithPin,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
  signInWithPin,
  wrongPin,
  type SignedInPerson,
} from '../support/step-up.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const compared = (): number => two.instances.reduce((sum, { app }) => sum + app.services.hashing.count(), 0);
const openPages = async (visit: SignedInPerson, count: number) => {
  const pages = [];
  for (let turn = 0; turn < count; turn += 1) pages.push((await askForPin(visit)).page);
  return pages;
};

describe('a hundred wrong PINs at once, for a hundred requests of one person, over two instances', () => {
  it('are five that are compared; the others and the right one meet a locked PIN; the password is untouched', async () => {
    const [idp] = two.instances;
    const visit = await signInWithPin(idp);
    const pages = await openPages(visit, 100);
    const [spare] = await openPages(visit, 1);

    const before = compared();
    const { won, lost } = await race(100, async (index) => {
      const page = pages[index];
      if (page === undefined) throw new Error('no page');
      return postForm(visit.agent, page, { pin: wrongPin });
    });
    expect(lost).toEqual([]);
    expect(compared() - before).toBe(5);
    expect(tally(won.map(({ status }) => status))).toEqual({ 422: 100 });
    expect(won.filter(({ text }) => text.includes('Your PIN is locked')).length).toBe(96);

    expect(await pinRowOf(idp, visit.person)).toMatchObject({ tries: 5, lockedAt: expect.any(Date) });
    const events = tally((await pinEventsOf(idp, visit.person)).filter((type) => type !== 'pin-asked'));
    expect(events).toEqual({ 'pin-wrong': 4, 'pin-locked': 1 });

    if (spare === undefined) throw new Error('no page');
    const right = await postForm(visit.agent, spare, { pin: rightPin });
    expect(right.text).toContain('Your PIN is locked');
    expect(compared() - before).toBe(5);
    const later = (await askForPin(visit)).page;
    expect(titleOf(later)).toContain('Your PIN is locked');
    expect(hasPinField(later)).toBe(false);

    await signInWithPin(idp, { person: visit.person });
    const plain = await visit.service.begin();
    expect(answerAt(await visit.agent.open(plain.url))).toBe('code');
  }, 120_000);
});

describe('a hundred wrong PINs at once without any page', () => {
  it('are five that are compared, whatever else the two instances do', async () => {
    const person = await newPersonWithPin(two.instances[0]);
    const before = compared();
    const { won, lost } = await race(100, (index) =>
      two.instances[index % 2 === 0 ? 0 : 1].app.rules.pin.check(person.id, wrongPin),
    );
    expect(lost).toEqual([]);
    expect(compared() - before).toBe(5);
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ wrong: 4, locked: 96 });
    expect(won.filter((check) => check.outcome === 'locked' && check.justNow)).toHaveLength(1);
  });

  it('find nothing when the right one is among them too late', async () => {
    const person = await newPersonWithPin(two.instances[0]);
    const [first] = two.instances;
    await race(20, () => first.app.rules.pin.check(person.id, wrongPin));
    const { won } = await race(20, () => first.app.rules.pin.check(person.id, rightPin));
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ locked: 20 });
  });
});
