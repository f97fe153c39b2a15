// PIN-13: after twelve months a reminder that can be put away, and never anything that stands in the way.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { newPersonWithPin, rightPin } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const day = 24 * 60;
const isDue = async ({ id }: { id: string }): Promise<boolean> => (await idp.app.rules.pin.reminderFor(id)).isDue;

describe('PIN-13 the reminder', () => {
  it('is due twelve months after the PIN was set, and the PIN goes on confirming', async () => {
    const person = await newPersonWithPin(idp);
    await idp.age(364 * day);
    expect(await isDue(person)).toBe(false);
    await idp.age(2 * day);
    expect(await isDue(person)).toBe(true);
    expect(await idp.app.rules.pin.check(person.id, rightPin)).toEqual({ outcome: 'right' });
  });

  it('that was put away comes back after another twelve months', async () => {
    const person = await newPersonWithPin(idp);
    await idp.age(400 * day);
    await idp.app.rules.pin.dismissReminder(person.id);
    expect(await isDue(person)).toBe(false);
    await idp.age(364 * day);
    expect(await isDue(person)).toBe(false);
    await idp.age(2 * day);
    expect(await isDue(person)).toBe(true);
  });

  it('is for nobody without a PIN, or with one that must be set anew anyway', async () => {
    const [nobody, locked] = [await newPerson(idp), await newPersonWithPin(idp)];
    await idp.app.rules.pin.dismissReminder(nobody.id);
    await idp.age(400 * day);
    await idp.app.rules.pin.lock(locked.id);
    expect([await isDue(nobody), await isDue(locked)]).toEqual([false, false]);
    expect(await idp.app.rules.pin.statusOf(nobody.id)).toEqual({ state: 'none' });
    expect(await idp.app.rules.pin.statusOf(locked.id)).toEqual({ state: 'locked', setAt: expect.any(Date) });
  });
});
