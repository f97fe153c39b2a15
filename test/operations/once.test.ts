// One request is asked once, tried one PIN at a time and answered once, however often somebody presses, refreshes or opens tabs.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { wordsOf } from '../support/browser-agent.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  answerAt,
  askForPin,
  hasPinField,
  openPinPage as openPage,
  pinAcr,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
  signInWithPin,
  wrongPin,
} from '../support/step-up.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const openPinPage = () => openPage(two.instances[0]);
const recordsOf = (accountId: string) => nativeCollection(two.connection, 'operations').find({ accountId }).toArray();

interface Bare {
  status: number;
  headers: Record<string, string>;
  text: string;
}
const nextOf = ({ headers }: Bare): string => headers['location'] ?? '';
const isCode = (answer: Bare): boolean => /[?&]code=/.test(nextOf(answer));

describe('opening the page', () => {
  it('twice, or twenty times at once, writes once and journals once', async () => {
    const { agent, page, person } = await openPinPage();
    await agent.open(page.url);
    await race(20, () => agent.open(page.url));
    expect(await recordsOf(person.id)).toMatchObject([{ state: 'asked', tries: 0, busyUntil: null }]);
    expect(await pinEventsOf({ connection: two.connection }, person)).toEqual(['pin-asked']);
  });

  it('again after a wrong PIN shows the field, clean, and goes on counting', async () => {
    const { agent, page } = await openPinPage();
    await agent.submit(page, { pin: wrongPin });
    const again = await agent.open(page.url);
    expect(again.status).toBe(200);
    expect(hasPinField(again)).toBe(true);
    expect(wordsOf(await agent.submit(again, { pin: wrongPin }))).toContain('You have 1 try left');
  });
});

describe('a wrong page', () => {
  it('sent again by a refresh is no attempt', async () => {
    const { agent, page, person } = await openPinPage();
    const sent = { pin: wrongPin };
    await agent.submit(page, sent);
    for (let turn = 0; turn < 5; turn += 1) {
      const refreshed = await agent.submit(page, sent); // what a browser does on reload: the same body once more
      expect(refreshed.status).toBe(200);
      expect(hasPinField(refreshed)).toBe(true);
    }
    expect((await pinRowOf({ connection: two.connection }, person)).tries).toBe(1);
    expect(await recordsOf(person.id)).toMatchObject([{ tries: 1 }]);
  });

  it('sent twenty times at once is one attempt', async () => {
    const { agent, page, person } = await openPinPage();
    const { won } = await race(20, () => postForm(agent, page, { pin: wrongPin }));
    expect(tally(won.map(({ status }) => status))).toEqual({ 303: 19, 422: 1 });
    expect((await pinRowOf({ connection: two.connection }, person)).tries).toBe(1);
  });
});

describe('the right PIN', () => {
  it('sent twenty times at once, each answer followed, is one code at the service and never a failure', async () => {
    const { agent, page, request, person } = await openPinPage();
    const { won, lost } = await race(20, async () => {
      const answer: Bare = await postForm(agent, page, { pin: rightPin });
      return nextOf(answer) === '' ? answer : agent.get(nextOf(answer));
    });
    expect(lost).toEqual([]);
    const codes = won.filter(isCode);
    expect(codes).toHaveLength(1);
    for (const answer of won.filter((each) => !isCode(each))) {
      expect(answer.status).toBeLessThan(500);
      expect(nextOf(answer) || answer.text).toMatch(/^\/interaction\/|^http:\/\/localhost|<title>/);
    }
    const [code] = codes;
    await request.finish(code === undefined ? '' : nextOf(code));
    const events = tally(await pinEventsOf({ connection: two.connection }, person));
    expect(events).toEqual({ 'pin-asked': 1, 'pin-right': 1 });
  });

  it('sent twenty times at once, followed afterwards, is one code too', async () => {
    const { agent, page } = await openPinPage();
    const { won: submitted } = await race(20, () => postForm(agent, page, { pin: rightPin }));
    const { won } = await race(20, (index) =>
      agent.get(nextOf(submitted[index] ?? { status: 0, headers: {}, text: '' })),
    );
    expect(won.filter(isCode)).toHaveLength(1);
    expect(Math.max(...[...submitted, ...won].map(({ status }) => status))).toBeLessThan(500);
  });

  it('sent again when all is over gets our page, and no second code', async () => {
    const { agent, page, request, person } = await openPinPage();
    await request.finish((await agent.submit(page, { pin: rightPin })).url);
    const late = await agent.submit(page, { pin: rightPin });
    expect(late.status).toBe(400);
    expect(late.html).toContain('<title>');
    expect((await agent.open(page.url)).status).toBe(400);
    expect(await recordsOf(person.id)).toMatchObject([{ state: 'confirmed', tries: 1 }]);
  });

  it('and a cancel in the same moment are one of the two', async () => {
    const { agent, page, person } = await openPinPage();
    const { won, lost } = await race(20, async (index) => {
      const answer: Bare = await postForm(agent, page, index % 2 === 0 ? { pin: rightPin } : { action: 'cancel' });
      return nextOf(answer) === '' ? answer : agent.get(nextOf(answer));
    });
    expect(lost).toEqual([]);
    const answers = won.map(nextOf).filter((url) => url.includes('example.org'));
    expect(answers).toHaveLength(1);
    const [record] = await recordsOf(person.id);
    if (answers[0]?.includes('code=') === true) expect(record).toMatchObject({ state: 'confirmed' });
  });

  it('and a wrong one in the same moment: the one that came first is compared, and the other is no attempt', async () => {
    const { agent, page, person } = await openPinPage();
    const { won } = await race(10, (index) => postForm(agent, page, { pin: index % 2 === 0 ? rightPin : wrongPin }));
    expect(Math.max(...won.map(({ status }) => status))).toBeLessThan(500);
    expect((await recordsOf(person.id)).map((record) => record['tries'])).toEqual([1]);
  });
});

describe('two tabs with two requests', () => {
  it('need a PIN each, and each service gets the answer to its own', async () => {
    const visit = await signInWithPin(two.instances[0]);
    const [one, other] = [await askForPin(visit), await askForPin(visit)];
    const first = await one.request.finish((await visit.agent.submit(one.page, { pin: rightPin })).url);
    const still = await visit.agent.open(other.page.url);
    expect(hasPinField(still)).toBe(true);
    const second = await other.request.finish((await visit.agent.submit(other.page, { pin: rightPin })).url);
    for (const tokens of [first, second]) expect(tokens.claims()).toMatchObject({ acr: pinAcr });
    expect(first.claims()?.['nonce']).not.toBe(second.claims()?.['nonce']);
  });

  it('may end differently: one confirmed, one cancelled', async () => {
    const visit = await signInWithPin(two.instances[0]);
    const [one, other] = [await askForPin(visit), await askForPin(visit)];
    expect(answerAt(await visit.agent.submit(other.page, { action: 'cancel' }))).toBe('access_denied');
    expect(answerAt(await visit.agent.submit(one.page, { pin: rightPin }))).toBe('code');
  });

  it('of one request: the second tab’s form is over when the first one’s is', async () => {
    const visit = await signInWithPin(two.instances[0]);
    const { page, request } = await askForPin(visit);
    const tab = await visit.agent.open(page.url);
    await request.finish((await visit.agent.submit(page, { pin: rightPin })).url);
    expect((await visit.agent.submit(tab, { pin: rightPin })).status).toBe(400);
  });
});
