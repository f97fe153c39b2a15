// What is not taken on the way to a PIN: other digits, weak ones, wrong codes, steps that were skipped, other people’s ways.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import {
  createBrowserAgent,
  readForm,
  titleOf,
  wordsOf,
  type BrowserAgent,
  type PageView,
} from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
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
import { failuresOf, postForm } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const day = 24 * 60;
const stateOf = ({ id }: { id: string }) => idp.app.rules.pin.stateOf(id);
const send = (agent: BrowserAgent, page: PageView, path: string, fields: Record<string, string>) =>
  agent.post(path, new URLSearchParams({ ...readForm(page.html).hidden, ...fields }).toString());

describe('PIN-09 two fields', () => {
  it.each([
    ['nothing', ''],
    ['too few', '730'],
    ['too many', '73051'],
    ['Arabic-Indic digits', '٠١٢٣'],
    ['full-width digits', '１２３４'],
    ['a number of another kind', '12e3'],
    ['a hexadecimal one', '0x12'],
    ['Cyrillic letters', 'ЗОЗЗ'],
    ['a sign', '-305'],
    ['a line break within', '73\n05'],
  ])('with %s are no PIN', async (_what, pin) => {
    const { agent, page, person } = await openChoose(idp);
    const answer = await choosePin({ agent }, page, pin);
    expect([answer.status, wordsOf(answer).includes('Enter 4 digits')]).toEqual([422, true]);
    expect(await stateOf(person)).toBe('none');
    await forgetSends(idp);
  });

  it('that differ are asked for again, and neither is shown', async () => {
    const { agent, page, person } = await openChoose(idp);
    const answer = await agent.submit(page, { pin: goodPin, pin_again: otherPin });
    expect([answer.status, wordsOf(answer).includes('The two PINs differ')]).toEqual([422, true]);
    expect(answer.html).not.toMatch(new RegExp(`${goodPin}|${otherPin}`));
    expect(await stateOf(person)).toBe('none');
    expect(pathOf(await agent.submit(answer, { pin: ` ${goodPin} `, pin_again: goodPin }))).toBe('/account/pin/done');
  });

  it.each(['pin[$ne]=1', 'pin.$ne=1', 'pin[]=7305', 'pin=7305&pin=7305', 'pin[__proto__][x]=1', 'admin=true'])(
    'take nothing clever: %s',
    async (clever) => {
      const { agent, page, person } = await openChoose(idp);
      const { csrf = '' } = readForm(page.html).hidden;
      const answer = await agent.post('/account/pin/choose', `csrf=${csrf}&pin_again=7305&${clever}`);
      expect(answer.status).toBe(400);
      expect(await stateOf(person)).toBe('none');
      await forgetSends(idp);
    },
  );

  it('take no ten kilobytes, no JSON and no form without its token', async () => {
    const { agent, page, person } = await openChoose(idp);
    expect((await postForm(agent, page, { pin: '7'.repeat(10_000), pin_again: '' })).status).toBe(422);
    expect((await postForm(agent, page, { pin: '7'.repeat(20_000) })).status).toBe(413);
    const json = await agent.post('/account/pin/choose', '{"pin":7305}', { 'Content-Type': 'application/json' });
    expect(json.status).toBe(415);
    expect((await agent.post('/account/pin/choose', 'pin=7305&pin_again=7305')).status).toBe(403);
    expect(await stateOf(person)).toBe('none');
  });
});

describe('PIN-10, PIN-11 a PIN that is easy to guess', () => {
  it('is refused in the same words whatever makes it so, and costs nothing but the try', async () => {
    const person = await newReadyPerson(idp, { pin: goodPin, profile: { birthdate: '1975-09-27' } });
    const visit = await openChoose(idp, { person });
    const code = await lastCodeTo(idp, person.phone);
    const easy = [
      '1234',
      '2580',
      '2709',
      '7509',
      person.phone.slice(-4),
      person.phone.slice(1, 5),
      code.slice(0, 4),
      code.slice(2),
      goodPin,
    ];
    const answers = [];
    for (const pin of easy) answers.push(await choosePin(visit, visit.page, pin));
    const told = answers.map(({ status, html }) => [
      status,
      html.replace(/[\w-]{43}|[A-Z0-9]{5}-[A-Z0-9]{5}|data-seconds="\d+"|\d+ minutes/g, ''),
    ]);
    expect(new Set(told.map(([status]) => status))).toEqual(new Set([422]));
    expect(new Set(told.map(([, html]) => html)).size).toBe(1);
    expect(pathOf(await choosePin(visit, visit.page, otherPin))).toBe('/account/pin/done');
  });

  it('twenty times over ends the way, so that nobody finds out the PIN by what is refused', async () => {
    const visit = await openChoose(idp, { pin: goodPin });
    for (let turn = 0; turn < 20; turn += 1) expect((await choosePin(visit, visit.page, '1234')).status).toBe(422);
    const over = await choosePin(visit, visit.page, otherPin);
    expect([pathOf(over), titleOf(over)]).toEqual(['/account/pin/over', expect.stringContaining('Too many tries')]);
    expect(await idp.app.rules.pin.check(visit.person.id, goodPin)).toEqual({ outcome: 'right' });
  });
});

describe('BF-07 the code', () => {
  it('that is wrong five times ends the way, and a new way has a code of its own', async () => {
    const { agent, page, person } = await openPinStart(idp);
    let current = await agent.submit(page, {});
    const code = await lastCodeTo(idp, person.phone);
    for (const left of [4, 3, 2, 1]) {
      current = await agent.submit(current, { code: otherThan(code) });
      expect([current.status, wordsOf(current).includes(`You have ${left} tr`)]).toEqual([422, true]);
    }
    const over = await agent.submit(current, { code: otherThan(code) });
    expect([pathOf(over), titleOf(over)]).toEqual(['/account/pin/over', expect.stringContaining('Too many tries')]);
    expect(pathOf(await agent.submit(current, { code }))).toBe('/account/pin/over');
    const start = await agent.open('/account/pin');
    const tooSoon = await agent.submit(start, {});
    expect([tooSoon.status, wordsOf(tooSoon).includes('A code cannot be sent now')]).toEqual([422, true]);
    await idp.age(2);
    const again = await agent.submit(start, {});
    expect(pathOf(await agent.submit(again, { code }))).toBe('/account/pin/code');
    expect(pathOf(await typeSentCode(idp, { agent, person }, again))).toBe('/account/pin/choose');
  });

  it('is no try when it cannot be one, and is good for ten minutes', async () => {
    const { agent, page, person } = await openPinStart(idp);
    const code = await agent.submit(page, {});
    expect(wordsOf(await agent.submit(code, { code: '12' }))).toContain('Enter the 6 digits');
    const sent = await lastCodeTo(idp, person.phone);
    await idp.age(11);
    expect(wordsOf(await agent.submit(code, { code: sent }))).toContain('no longer good');
    const again = await agent.submit(code, { action: 'resend' });
    expect(wordsOf(again)).toContain('We sent a new code');
    expect(pathOf(await typeSentCode(idp, { agent, person }, again))).toBe('/account/pin/choose');
  });

  it('goes once a minute and ten times a day, and the page says when the next one may', async () => {
    const { agent, page, person } = await openPinStart(idp);
    const code = await agent.submit(page, {});
    const soon = await agent.submit(code, { action: 'resend' });
    expect([soon.status, wordsOf(soon).includes('A new code cannot be sent yet')]).toEqual([422, true]);
    const codes = async () =>
      (await readOutbox(idp)).filter(({ to, purpose }) => to === person.phone && purpose === 'pin');
    expect(await codes()).toHaveLength(1);
    await idp.age(2);
    await agent.submit(code, { action: 'resend' });
    expect(await codes()).toHaveLength(2);
    expect(new Set((await codes()).map(({ code: digits }) => digits)).size).toBe(2);
  });

  it('of an account with fifteen wrong ones in a day is taken no more, and the page says until when', async () => {
    const person = await newReadyPerson(idp);
    const agent = createBrowserAgent(idp.issuer);
    for (let round = 0; round < 4; round += 1) {
      const { page } = await openPinStart(idp, { person, agent });
      await forgetSends(idp);
      let current = await agent.submit(page, {});
      const code = await lastCodeTo(idp, person.phone);
      for (let turn = 0; turn < 5 && pathOf(current) === '/account/pin/code'; turn += 1)
        current = await agent.submit(current, { code: otherThan(code) });
    }
    const over = await agent.open('/account/pin/over');
    expect(titleOf(over)).toContain('We are not accepting codes right now');
    const start = await agent.open('/account/pin');
    await forgetSends(idp);
    const closed = await agent.submit(start, {});
    expect([closed.status, titleOf(closed)]).toEqual([
      422,
      expect.stringContaining('We are not accepting codes right now'),
    ]);
    await idp.age(day + 1);
    const { page } = await openPinStart(idp, { person });
    expect(titleOf(page)).toContain('Create a PIN');
  });
});

describe('a step that was skipped', () => {
  it('writes nothing: choosing without a code leads to the step that is due', async () => {
    const { agent, page, person } = await openPinStart(idp, { pin: goodPin });
    const fields = { pin: otherPin, pin_again: otherPin };
    const early = await send(agent, page, '/account/pin/choose', fields);
    expect([early.status, early.headers['location']]).toEqual([303, '/account/pin']);
    const code = await agent.submit(page, {});
    for (const more of [fields, { action: 'make' }]) {
      const answer = await send(agent, code, '/account/pin/choose', more);
      expect([answer.status, answer.headers['location']]).toEqual([303, '/account/pin/code']);
    }
    expect(await idp.app.rules.pin.check(person.id, goodPin)).toEqual({ outcome: 'right' });
  });

  it('back to the code after it was right takes no other one', async () => {
    const { agent, page } = await openChoose(idp);
    const answer = await send(agent, page, '/account/pin/code', { code: '000000' });
    expect(answer.headers['location']).toBe('/account/pin/choose');
    expect((await send(agent, page, '/account/pin/code', { action: 'resend' })).headers['location']).toBe(
      '/account/pin/choose',
    );
  });
});

describe('somebody else’s way', () => {
  it('is of no use to another person: their own begins at the beginning', async () => {
    const annas = await openChoose(idp, { pin: goodPin });
    const cookie = /civic_pin=([\w-]+)/.exec(annas.agent.cookieFor('/account/pin'))?.[1] ?? '';
    expect(cookie).not.toBe('');
    const ivan = await newReadyPerson(idp);
    const { agent, page } = await openPinStart(idp, { person: ivan });
    const { hidden } = readForm(page.html);
    const own = agent.cookieFor('/account/pin');
    const stolen = await createBrowserAgent(idp.issuer).post(
      '/account/pin/choose',
      new URLSearchParams({ ...hidden, pin: otherPin, pin_again: otherPin }).toString(),
      { Cookie: `${own}; civic_pin=${cookie}` },
    );
    expect([stolen.status, stolen.headers['location']]).toEqual([303, '/account/pin']);
    expect(await stateOf(ivan)).toBe('none');
    expect(await idp.app.rules.pin.check(annas.person.id, goodPin)).toEqual({ outcome: 'right' });
  });

  it('is over with the session it was begun in: signed out, ended, or everything ended', async () => {
    const { accounts, inTransaction } = idp.app.services;
    const ends: ((id: string, uid: string) => Promise<unknown>)[] = [
      (id, uid) => inTransaction((tx) => accounts.markSessionEnded(tx, id, uid)),
      (id) => inTransaction((tx) => accounts.markAllSessionsEnded(tx, id)),
    ];
    for (const end of ends) {
      await forgetSends(idp);
      const { agent, page, person } = await openChoose(idp, { pin: goodPin });
      const sessions = nativeCollection<{ payload: { uid: string; accountId: string } }>(
        idp.connection,
        'oidc_session',
      );
      const session = await sessions.findOne({ 'payload.accountId': person.id });
      await end(person.id, session?.payload.uid ?? '');
      const answer = await postForm(agent, page, { pin: otherPin, pin_again: otherPin });
      expect([answer.status, answer.headers['location']]).toEqual([303, expect.stringMatching(/^\/auth\?/)]);
      const back = await openAccount(idp, person, { path: '/account/pin/choose', agent });
      expect(pathOf(back.page)).toBe('/account/pin');
      expect(await idp.app.rules.pin.check(person.id, goodPin)).toEqual({ outcome: 'right' });
    }
  });
});

describe('an SMS that cannot go', () => {
  it('for the budget of the network is told with when to try again, and never becomes an e-mail', async () => {
    const guarded = await startCivicId({
      channels: { sms: { url: 'http://127.0.0.1:1/', method: 'POST', headers: {}, body: '{{to}}', timeoutSeconds: 1 } },
      limits: {
        sms: {
          perNetwork: [{ seconds: 3600, count: 1 }],
          perRange: [{ seconds: 3600, count: 50 }],
          breaker: { sent: 100, usedShare: 0.2 },
        },
      },
    });
    const first = await openPinStart(guarded);
    expect(pathOf(await first.agent.submit(first.page, {}))).toBe('/account/pin/code');
    const second = await openPinStart(guarded);
    const told = await second.agent.submit(second.page, {});
    expect([told.status, wordsOf(told)]).toEqual([
      422,
      expect.stringMatching(/A code cannot be sent now\. Try again in 60 minutes/),
    ]);
    expect(
      (await readOutbox(guarded)).filter(({ to }) => to === second.person.email || to === second.person.phone),
    ).toEqual([]);
    await guarded.stop();
  });

  it.each(goodPins.slice(0, 1))(
    'to a number that this deployment does not reach is told before anything (%s)',
    async () => {
      const person = await newReadyPerson(idp);
      const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
      await accounts.updateOne({ _id: person.id }, { $set: { 'phone.value': '+375290000001' } });
      const { page } = await openPinStart(idp, { person: { ...person, phone: person.email } });
      expect(wordsOf(page)).toContain('A phone that our SMS reach');
    },
  );
});
