// PIN-12, PIN-14: a first PIN, another one, one that was forgotten and one that is locked are set in the same way: password, code by SMS, the PIN twice.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, readOutbox } from '../support/new-device.ts';
import { failuresOf, pinEventsOf, pinRowOf, pinRows, wrongPin } from '../support/step-up.ts';
import {
  choosePin,
  goodPin,
  goodPins,
  newReadyPerson,
  openChoose,
  openPinStart,
  otherPin,
  pathOf,
  typeSentCode,
} from '../support/pin-setting.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const day = 24 * 60;
const check = ({ id }: { id: string }, pin: string) => idp.app.rules.pin.check(id, pin);
const messagesTo = async ({ phone, email }: { phone: string; email: string }) =>
  (await readOutbox(idp)).filter(({ to }) => to === phone || to === email);
const heldFor = async ({ id }: { id: string }): Promise<number> =>
  ((await idp.app.services.accounts.find(id))?.highRiskHeldUntil?.getTime() ?? 0) - Date.now();

describe('PIN-12 creating a PIN', () => {
  it('goes by code and PIN to a clear success, and the PIN confirms', async () => {
    const { agent, page, person } = await openPinStart(idp);
    expect(titleOf(page)).toContain('Create a PIN');
    expect(wordsOf(page)).toContain(`+7 ••• •••-${person.phone.slice(-4, -2)}-${person.phone.slice(-2)}`);
    expect(await messagesTo(person)).toEqual([]);

    const code = await agent.submit(page, {});
    expect(pathOf(code)).toBe('/account/pin/code');
    const choose = await typeSentCode(idp, { agent, person }, code);
    expect(pathOf(choose)).toBe('/account/pin/choose');
    expect(await idp.app.rules.pin.stateOf(person.id)).toBe('none');
    const done = await choosePin({ agent }, choose, goodPin);
    expect([pathOf(done), done.status]).toEqual(['/account/pin/done', 200]);
    expect(titleOf(done)).toContain('Your PIN is created');
    expect(wordsOf(done)).toContain('after 24 hours');
    expect(done.html).toContain('href="/account/security"');
    expect(await check(person, goodPin)).toEqual({ outcome: 'right' });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-created']);
  });

  it('tells every contact, holds what matters most for a day, and sends the code to the phone alone', async () => {
    const { person, page, agent } = await openChoose(idp);
    await choosePin({ agent }, page, goodPin);
    const messages = await messagesTo(person);
    const [codes, notices] = [
      messages.filter(({ code }) => code !== null),
      messages.filter(({ code }) => code === null),
    ];
    expect(codes.map(({ channel, purpose }) => `${purpose} ${channel}`)).toEqual(['pin sms']);
    expect(codes[0]?.text).toMatch(/^\d{6} is your code to set the PIN in .*Do not share it.*\n@localhost #\d{6}$/);
    expect(notices.map(({ channel }) => channel).sort()).toEqual(['email', 'sms']);
    expect(notices.every(({ text }) => text.includes('a PIN was created') || text.includes('A PIN was created'))).toBe(
      true,
    );
    const held = await heldFor(person);
    expect([held > (day - 1) * 60_000, held <= day * 60_000]).toEqual([true, true]);
  });

  it('survives a refresh and the back button at every step, and writes nothing by them', async () => {
    const { agent, page, person } = await openPinStart(idp);
    const steps = [
      '/account/pin',
      '/account/pin/code',
      '/account/pin/choose',
      '/account/pin/done',
      '/account/pin/over',
    ];
    const everywhere = async () => Promise.all(steps.map(async (path) => pathOf(await agent.open(path))));
    const start = '/account/pin';
    expect(await everywhere()).toEqual([start, start, start, start, start]);
    const code = await agent.submit(page, {});
    const at = (path: string) => [path, path, path, path, path];
    expect(await everywhere()).toEqual(at('/account/pin/code'));
    const choose = await typeSentCode(idp, { agent, person }, code);
    expect(await everywhere()).toEqual(at('/account/pin/choose'));
    expect(pathOf(await agent.submit(code, { code: '123456' }))).toBe('/account/pin/choose');
    await choosePin({ agent }, choose, goodPin);
    const done = '/account/pin/done';
    expect(await everywhere()).toEqual([start, done, done, done, done]);
    expect(pathOf(await choosePin({ agent }, choose, otherPin))).toBe(done);
    expect(await check(person, goodPin)).toEqual({ outcome: 'right' });
    expect((await messagesTo(person)).filter(({ channel }) => channel === 'sms')).toHaveLength(2);
  });
});

describe('changing a PIN', () => {
  it('replaces the old one, forgets the tries at it, and says so', async () => {
    const { agent, page, person } = await openChoose(idp, { pin: goodPin });
    await check(person, wrongPin);
    const done = await choosePin({ agent }, page, otherPin);
    expect(titleOf(done)).toContain('the old one no longer works');
    expect(await pinRowOf(idp, person)).toMatchObject({ tries: 0, failures: [], lockedAt: null });
    expect(await check(person, goodPin)).toEqual({ outcome: 'wrong', triesLeft: 4 });
    expect(await check(person, otherPin)).toEqual({ outcome: 'right' });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-changed']);
    expect((await messagesTo(person)).filter(({ text }) => /PIN was changed|new PIN was set/.test(text))).toHaveLength(
      2,
    );
  });

  it('takes none of the last four again, and the one before them may come back', async () => {
    const person = await newReadyPerson(idp, { pin: goodPins[0] });
    for (const pin of goodPins.slice(1, 4)) {
      const visit = await openChoose(idp, { person });
      expect(pathOf(await choosePin(visit, visit.page, pin))).toBe('/account/pin/done');
      await forgetSends(idp);
    }
    const visit = await openChoose(idp, { person });
    for (const pin of goodPins.slice(0, 4)) {
      const refused = await choosePin(visit, visit.page, pin);
      expect([refused.status, wordsOf(refused).includes('easy to guess')]).toEqual([422, true]);
    }
    await choosePin(visit, visit.page, goodPins[4]);
    await forgetSends(idp);
    const again = await openChoose(idp, { person });
    expect(pathOf(await choosePin(again, again.page, goodPins[0]))).toBe('/account/pin/done');
  });

  it('unlocks a locked one: the same way, and a journal event of its own', async () => {
    const { person, page, agent } = await openChoose(idp, { pin: goodPin });
    await idp.app.rules.pin.lock(person.id);
    expect(await check(person, goodPin)).toMatchObject({ outcome: 'locked' });
    const done = await choosePin({ agent }, page, otherPin);
    expect(pathOf(done)).toBe('/account/pin/done');
    expect(await check(person, otherPin)).toEqual({ outcome: 'right' });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-reset']);
  });

  it('with twenty wrong tries in thirty days behind it opens a new one all the same', async () => {
    const person = await newReadyPerson(idp, { pin: goodPin });
    const failures = Array.from({ length: 20 }, (_, index) => ({ id: String(index), at: new Date() }));
    await pinRows(idp).updateOne({ _id: person.id }, { $set: { failures } });
    const { agent, page } = await openPinStart(idp, { person });
    expect(titleOf(page)).toContain('Set a new PIN');
    const choose = await typeSentCode(idp, { agent, person }, await agent.submit(page, {}));
    await choosePin({ agent }, choose, otherPin);
    expect(await check(person, otherPin)).toEqual({ outcome: 'right' });
  });
});

describe('a PIN that we make', () => {
  it('is shown once, confirms, and is not weak; a refresh shows it no more and says how to get another', async () => {
    const { agent, page, person } = await openChoose(idp);
    const made = await agent.submit(page, { action: 'make' });
    expect(made.status).toBe(200);
    const pin = /<code class="big"[^>]*>(\d{4})<\/code>/.exec(made.html)?.[1] ?? '';
    expect(wordsOf(made)).toContain('we will not show it again');
    expect(await check(person, pin)).toEqual({ outcome: 'right' });
    const again = await agent.submit(page, { action: 'make' });
    expect([pathOf(again), again.html.includes(pin)]).toEqual(['/account/pin/done', false]);
    expect(again.html).toContain('href="/account/pin">Set another PIN');
    expect(await check(person, pin)).toEqual({ outcome: 'right' });
  });
});

describe('PIN-12 the proof', () => {
  it('is asked for first when the sign-in is more than five minutes old, and leads on to the way', async () => {
    const person = await newReadyPerson(idp);
    const { agent } = await openPinStart(idp, { person });
    await idp.age(6);
    const proof = await agent.open('/account/pin');
    expect(pathOf(proof)).toBe('/account/proof/pin');
    const start = await agent.submit(proof, { password: person.password });
    expect([pathOf(start), titleOf(start)]).toEqual(['/account/pin', expect.stringContaining('Create a PIN')]);
  });

  it('that grew old on the first page is asked for again before a code goes', async () => {
    const { agent, page, person } = await openPinStart(idp);
    await idp.age(6);
    expect(pathOf(await agent.submit(page, {}))).toBe('/account/proof/pin');
    expect(await messagesTo(person)).toEqual([]);
  });

  it('carries the way for its twenty minutes, and for an hour at most however often more time is asked for', async () => {
    const { agent, page } = await openChoose(idp);
    let current = page;
    for (const minutes of [19, 19, 19]) {
      await idp.age(minutes);
      current = await agent.submitTo(/more_time/, current, {});
      expect(pathOf(current)).toBe('/account/pin/choose');
    }
    await idp.age(4);
    expect(pathOf(await choosePin({ agent }, current, goodPin))).toMatch(/^\/account\/(pin|proof\/pin)$/);
  });

  it('is over after twenty minutes of nothing', async () => {
    const { agent, page, person } = await openChoose(idp);
    await idp.age(21);
    await choosePin({ agent }, page, goodPin);
    expect(await idp.app.rules.pin.stateOf(person.id)).toBe('none');
  });
});

describe('a person who is not ready', () => {
  it('is told what is missing and the way to it, without a password or a code', async () => {
    const person = await newReadyPerson(idp);
    const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
    await accounts.updateOne({ _id: person.id }, { $unset: { email: 1 }, $set: { level: 'basic' } });
    const { agent } = await openPinStart(idp, { person, agent: createBrowserAgent(idp.issuer) });
    await idp.age(6);
    const page = await agent.open('/account/pin');
    expect([pathOf(page), titleOf(page)]).toEqual(['/account/pin', expect.stringContaining('Something is missing')]);
    expect(wordsOf(page)).toMatch(/A confirmed e-mail\. .*A confirmed account/);
    expect(wordsOf(page)).not.toContain('A confirmed phone');
    expect(page.html).toContain('href="/account/level"');
    expect(pathOf(await agent.submit(page, { action: 'cancel' }))).toBe('/account/security');
    expect(await messagesTo(person)).toEqual([]);
  });
});

describe('PIN-13 the reminder', () => {
  it('is put away by its button, back to where it stood', async () => {
    const { agent, page, person } = await openPinStart(idp, { pin: goodPin });
    await idp.age(400 * day);
    expect(await idp.app.rules.pin.reminderFor(person.id)).toEqual({ isDue: true });
    const signedIn = await openPinStart(idp, { person });
    const { csrf } = { csrf: /name="csrf" value="([^"]+)"/.exec(signedIn.page.html)?.[1] ?? '' };
    const later = await signedIn.agent.post(
      '/account/pin/remind-later',
      new URLSearchParams({ csrf, back: 'security' }).toString(),
    );
    expect([later.status, later.headers['location']]).toEqual([303, '/account/security']);
    expect(await idp.app.rules.pin.reminderFor(person.id)).toEqual({ isDue: false });
    expect((await agent.post('/account/pin/remind-later', '')).status).toBe(403);
    expect(page.status).toBe(200);
  });
});
