// "End everything" holds from the moment it was said, also for what is on its way, and spares the one session that was kept.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createInTransaction, nativeCollection } from '../../src/mongo/index.ts';
import { newPerson } from '../support/new-person.ts';
import { oauthErrorOf, race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  alive,
  dead,
  isSignInPage,
  lifeSigns,
  nextVisit,
  refreshAt,
  signInAgain,
  signInAt,
  visitAlso,
  type Visit,
} from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const endAll = (accountId: string, kept?: string): Promise<void> => {
  const [{ app }] = two.instances;
  return createInTransaction(two.connection)((tx) => app.services.sessionEnds.endAllSessions(tx, accountId, kept));
};
const somebody = () => newPerson(two.instances[0]);

/** Waits until a second has just begun, so that what follows happens within it. */
const beginOfSecond = (): Promise<void> => sleep(1000 - (Date.now() % 1000) + 5);

describe('ending all sessions while twenty requests are on their way', () => {
  it.each([0, 5, 20, 60])('gives no code that can be redeemed (after %i ms)', async (ms) => {
    const person = await somebody();
    const visit = await signInAt(two, person);
    const requests = await Promise.all(Array.from({ length: 20 }, () => visit.service.begin()));

    const flights = race(20, (index) => visit.agent.get(requests[index]?.url ?? ''));
    await sleep(ms);
    await endAll(person.id);
    const { won: answers } = await flights;

    expect(Math.max(...answers.map(({ status }) => status))).toBeLessThan(400);
    const redeemed = await race(20, async (index) => {
      const location = answers[index]?.headers['location'] ?? '';
      if (!location.includes('code=')) throw Object.assign(new Error('no code'), { error: 'no code' });
      return requests[index]?.finish(location);
    });
    expect(redeemed.won).toEqual([]);
    for (const error of Object.keys(tally(redeemed.lost.map(oauthErrorOf))))
      expect(error).toMatch(/no code|invalid_grant/);

    const later = await Promise.all(Array.from({ length: 20 }, () => visit.service.begin()));
    const pages = await race(20, (index) => visit.agent.get(later[index]?.url ?? ''));
    expect(pages.won.filter(({ headers }) => headers['location']?.includes('code='))).toEqual([]);
    expect(await nextVisit(visit)).toBe('sign-in page');
    expect(await lifeSigns(two, visit)).toEqual(dead);
  });

  it('gives no first visit to another service either', async () => {
    const person = await somebody();
    const visit = await signInAt(two, person);
    const services = await Promise.all(Array.from({ length: 20 }, () => two.newService({ first_party: true })));
    const requests = await Promise.all(services.map((service) => service.begin()));

    const flights = race(20, (index) => visit.agent.get(requests[index]?.url ?? ''));
    await sleep(10);
    await endAll(person.id);
    const { won: answers } = await flights;
    const redeemed = await race(20, async (index) => {
      const location = answers[index]?.headers['location'] ?? '';
      if (!location.includes('code=')) throw new Error('no code');
      return requests[index]?.finish(location);
    });
    expect(redeemed.won).toEqual([]);
    for (const service of services)
      expect(isSignInPage(await visit.agent.open((await service.begin()).url))).toBe(true);
  });
});

describe('a sign-in in the same second as “end all”', () => {
  it('works, and its session and tokens live', async () => {
    const person = await somebody();
    const before = await signInAt(two, person);
    await beginOfSecond();
    await endAll(person.id);
    const after = await signInAgain(two, before, person);

    expect(await lifeSigns(two, after)).toEqual(alive);
    expect(await nextVisit(after)).toBe('code');
    expect(await refreshAt(two, after, 0)).toBe('refreshed');
    expect(await lifeSigns(two, before)).toEqual(dead);
  });

  it('works in another browser too, and is alive a second later', async () => {
    const person = await somebody();
    const before = await signInAt(two, person);
    await beginOfSecond();
    await endAll(person.id);
    const after = await signInAt(two, person);
    await sleep(1100);

    expect(await lifeSigns(two, after)).toEqual(alive);
    expect(await nextVisit(after)).toBe('code');
    expect(await nextVisit(before)).toBe('sign-in page');
  });
});

describe('the session that was kept', () => {
  const threeBrowsers = async () => {
    const person = await somebody();
    const kept = await signInAt(two, person);
    const others: Visit[] = [await signInAt(two, person), await signInAt(two, person)];
    return { person, kept, others };
  };

  it('lives on with its tokens; the others are dead with theirs', async () => {
    const { person, kept, others } = await threeBrowsers();
    await endAll(person.id, kept.sessionUid);

    expect(await lifeSigns(two, kept)).toEqual(alive);
    const grants = nativeCollection(two.connection, 'oidc_grant').find({ 'payload.accountId': person.id });
    expect((await grants.toArray()).map(({ sessionUid }) => String(sessionUid))).toEqual([kept.sessionUid]);
    expect(await nextVisit(kept)).toBe('code');
    expect(await refreshAt(two, kept, 1)).toBe('refreshed');
    for (const other of others) {
      expect(await lifeSigns(two, other)).toEqual(dead);
      expect(await refreshAt(two, other, 0)).toBe('invalid_grant');
      expect(await nextVisit(other)).toBe('sign-in page');
    }
  });

  it('gets new tokens that live, at a service of old and at a new one', async () => {
    const { person, kept } = await threeBrowsers();
    await endAll(person.id, kept.sessionUid);
    expect(await lifeSigns(two, await visitAlso(two, kept, kept.service))).toEqual(alive);
    expect(await lifeSigns(two, await visitAlso(two, kept))).toEqual(alive);
  });

  it('is dead once it is ended itself, or once another one is kept', async () => {
    const { person, kept, others } = await threeBrowsers();
    await endAll(person.id, kept.sessionUid);
    await two.instances[1].app.services.sessionEnds.endSession(person.id, kept.sessionUid);
    expect(await nextVisit(kept)).toBe('sign-in page');
    expect(await lifeSigns(two, kept)).toEqual(dead);
    for (const other of others) expect(await nextVisit(other)).toBe('sign-in page');
  });

  it('is dead once all are ended without it', async () => {
    const { person, kept } = await threeBrowsers();
    await endAll(person.id, kept.sessionUid);
    await endAll(person.id);
    expect(await nextVisit(kept)).toBe('sign-in page');
    expect(await lifeSigns(two, kept)).toEqual(dead);
  });
});
