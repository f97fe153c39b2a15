// A deployment that asks for another number of digits locks nobody out: who has a PIN of the other length is asked for a new one.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { titleOf } from '../support/browser-agent.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { answerAt, hasPinField, newPersonWithPin, openPinPage, pinRowOf, pinRows } from '../support/step-up.ts';

const uri = testDatabaseUri();
const secrets = makeTestSecrets();
let four: TestCivicId;
let six: TestCivicId | undefined;
beforeAll(async () => {
  four = await startCivicId({ uri, secrets });
});
afterEach(() => six?.stop());
afterAll(async () => {
  await four.stop();
  await dropDatabase(uri);
});

describe('a PIN of four digits where six are asked for now', () => {
  it('is outdated: no field, nothing counted, and the way to a new one', async () => {
    const person = await newPersonWithPin(four);
    six = await startCivicId({ uri, secrets, pinDigits: 6 });
    expect(await six.app.rules.pin.statusOf(person.id)).toMatchObject({ state: 'outdated' });
    const { agent, page } = await openPinPage(six, { person });
    expect([hasPinField(page), titleOf(page)]).toEqual([false, expect.stringContaining('You need a new PIN')]);
    expect(page.html).toMatch(/formaction="\/interaction\/[\w-]+\/pin\/new"/);
    expect(await six.app.rules.pin.check(person.id, '000073')).toEqual({ outcome: 'outdated' });
    expect(await pinRowOf(six, person)).toMatchObject({ tries: 0, failures: [] });
    expect(answerAt(await agent.submit(page, { action: 'cancel' }))).toBe('unmet_authentication_requirements');
  });

  it('works again where the setting is put back', async () => {
    const person = await newPersonWithPin(four);
    six = await startCivicId({ uri, secrets, pinDigits: 6 });
    expect(await six.app.rules.pin.stateOf(person.id)).toBe('outdated');
    expect(await four.app.rules.pin.check(person.id, '0073')).toEqual({ outcome: 'right' });
  });

  it('that is locked is locked first of all', async () => {
    const person = await newPersonWithPin(four);
    await four.app.rules.pin.lock(person.id);
    six = await startCivicId({ uri, secrets, pinDigits: 6 });
    expect(await six.app.rules.pin.stateOf(person.id)).toBe('locked');
    expect(await six.app.rules.pin.check(person.id, '000073')).toMatchObject({ outcome: 'locked' });
  });
});

describe('REL-17 a record of before digits were kept', () => {
  it('counts as one of today, and learns how long it is when the PIN was right', async () => {
    const person = await newPersonWithPin(four);
    const old = { digits: 1, previous: 1, reminderDismissedAt: 1 } as const;
    await pinRows(four).updateOne({ _id: person.id }, { $unset: old });
    expect(await four.app.rules.pin.stateOf(person.id)).toBe('usable');
    expect(await four.app.rules.pin.reminderFor(person.id)).toEqual({ isDue: false });
    expect(await four.app.rules.pin.check(person.id, '9999')).toEqual({ outcome: 'wrong', triesLeft: 4 });
    expect(await four.app.rules.pin.check(person.id, '0073')).toEqual({ outcome: 'right' });
    expect(await pinRowOf(four, person)).toMatchObject({ digits: 4, tries: 0 });
  });
});
