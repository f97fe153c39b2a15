// PIN-08: a locked PIN is no oracle, each try costs one hash, and the owner is told before any field what is wrong and how to mend it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  askForPin,
  failuresOf,
  hasPinField,
  openPinPage,
  pinRowOf,
  pinRows,
  postForm,
  rightPin,
  wrongPin,
} from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const compared = () => idp.app.services.hashing.count();
/** A page without what differs between any two: its reference, its interaction and its token. */
const withoutNames = (html: string): string =>
  html
    .replace(/[2-9A-Z]{5}-[2-9A-Z]{5}/g, 'REFERENCE')
    .replace(/\/interaction\/[\w-]+/g, '/interaction/UID')
    .replace(/name="csrf" value="[^"]*"/g, 'CSRF')
    .replace(/Service \d+|service-\d+\.example\.org/g, 'SERVICE');

describe('a PIN that was locked while the page stood open', () => {
  it('answers the right PIN like a wrong one: same page, same status, same headers, same work', async () => {
    const answers = [];
    for (const pin of [rightPin, wrongPin]) {
      const { agent, page, person } = await openPinPage(idp);
      await idp.app.rules.pin.lock(person.id);
      const before = compared();
      const { status, text, headers } = await postForm(agent, page, { pin });
      const names = Object.keys(headers).sort();
      answers.push({ status, page: withoutNames(text), names, hashes: compared() - before });
      expect((await pinRowOf(idp, person)).tries).toBe(0);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.status).toBe(422);
    expect(answers[0]?.page).toContain('Your PIN is locked');
  });
});

describe('a try', () => {
  it('costs one hash, right or wrong', async () => {
    for (const pin of [rightPin, wrongPin]) {
      const { agent, page } = await openPinPage(idp);
      const before = compared();
      await postForm(agent, page, { pin });
      expect(compared() - before).toBe(1);
    }
  });

  it('that is wrong says how many are left, to its owner alone, and keeps nothing of what was typed', async () => {
    const { agent, page } = await openPinPage(idp);
    const again = await agent.submit(page, { pin: '4242' });
    expect(wordsOf(again)).toContain('Wrong PIN. You have 2 tries left.');
    expect(again.html).not.toContain('4242');
    const last = await agent.submit(again, { pin: '4242' });
    expect(wordsOf(last)).toContain('Wrong PIN. You have 1 try left.');
  });

  it('says what is left of the account’s tries where these are fewer than the request’s', async () => {
    const { agent, page, person } = await openPinPage(idp);
    for (let turn = 0; turn < 3; turn += 1) await idp.app.rules.pin.check(person.id, wrongPin);
    expect(wordsOf(await agent.submit(page, { pin: wrongPin }))).toContain('You have 1 try left');
  });
});

describe('the owner is told before any field', () => {
  it('that the PIN is locked, that the password still works, and how to mend it', async () => {
    const visit = await openPinPage(idp);
    await idp.app.rules.pin.lock(visit.person.id);
    const { page } = await askForPin(visit);
    expect(titleOf(page)).toContain('Your PIN is locked');
    expect(hasPinField(page)).toBe(false);
    expect(wordsOf(page)).toContain('You can sign in with your password as usual');
    expect(wordsOf(page)).toContain('Set a new PIN');
    expect(wordsOf(page)).toMatch(/Number for support: [2-9A-Z]{5}-[2-9A-Z]{5}/);
  });

  it('that there is none, and how to get one', async () => {
    const visit = await openPinPage(idp);
    await pinRows(idp).deleteOne({ _id: visit.person.id });
    const { page } = await askForPin(visit);
    expect(titleOf(page)).toContain('You have no PIN yet');
    expect(hasPinField(page)).toBe(false);
    expect(wordsOf(page)).toContain('Create a PIN');
  });

  it('and never shown a field again by sending something that is no PIN', async () => {
    for (const outcome of ['locked', 'none']) {
      const { agent, page, person } = await openPinPage(idp);
      if (outcome === 'locked') await idp.app.rules.pin.lock(person.id);
      else await pinRows(idp).deleteOne({ _id: person.id });
      expect(hasPinField(await agent.submit(page, { pin: 'x' }))).toBe(false);
    }
  });
});
