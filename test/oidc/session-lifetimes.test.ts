// A session ends an hour after the last visit and twelve hours after the sign-in, whatever happens in between.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { citizen, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { nextVisit, signInAt, type Visit } from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
const hour = 60;
const second = 1 / 60;

describe('a session', () => {
  it('lives an hour from the last visit', async () => {
    const visit = await signInAt(two, anna);
    for (let turn = 0; turn < 3; turn += 1) {
      await two.age(59);
      expect(await nextVisit(visit)).toBe('code');
    }
    await two.age(61);
    expect(await nextVisit(visit)).toBe('sign-in page');
  });

  /** Visits often enough not to be idle, until the sign-in is so many minutes old. */
  const keepBusy = async (visit: Visit, minutes: number) => {
    for (let left = minutes; left > 0; left -= 50) {
      await two.age(Math.min(50, left));
      expect(await nextVisit(visit)).toBe('code');
    }
  };

  it('ends twelve hours after the sign-in, however busy it was', async () => {
    const visit = await signInAt(two, anna);
    await keepBusy(visit, 12 * hour - 1);
    await two.age(2);
    expect(await nextVisit(visit)).toBe('sign-in page');
  });

  it('is not prolonged by somebody who asks every few seconds around its end', async () => {
    const visit = await signInAt(two, anna);
    await keepBusy(visit, 12 * hour - 5 * second);
    for (let turn = 0; turn < 12; turn += 1) {
      await two.age(5 * second);
      await nextVisit(visit);
    }
    expect(await nextVisit(visit)).toBe('sign-in page');
  });

  it('begins anew with a sign-in: twelve hours from then', async () => {
    const visit = await signInAt(two, anna);
    await keepBusy(visit, 11 * hour);
    const page = await visit.agent.open((await visit.service.begin({ prompt: 'login' })).url);
    await typeCredentials(visit.agent, page, anna);
    await keepBusy(visit, 2 * hour);
  });
});
