// Whose PIN it is: the person’s who is signed in now, in this browser, in this session; nobody else’s counts and nobody else is asked.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createBrowserAgent,
  readForm,
  titleOf,
  wordsOf,
  type BrowserAgent,
  type PageView,
} from '../support/browser-agent.ts';
import { ageRecords, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { typeCredentials } from '../support/people.ts';
import {
  answerAt,
  askForPin,
  failuresOf,
  hasPinField,
  newPersonWithPin,
  openPinPage,
  pinAcr,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
  signInWithPin,
} from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const ivansPin = '1357';
let ivan: Citizen;
beforeEach(async () => {
  ivan = await newPersonWithPin(idp, ivansPin);
});

const isSignIn = (page: PageView): boolean => titleOf(page).includes('Sign in');
const isGone = (page: PageView): boolean => page.status === 400 && titleOf(page).includes('no longer works');
const expectNoTry = async (person: Citizen): Promise<void> =>
  expect(await pinRowOf(idp, person)).toMatchObject({ tries: 0, failures: [] });
/** A second tab of this browser in which somebody signs in, in place of whoever was. */
const signInInAnotherTab = async (agent: BrowserAgent, person: Citizen): Promise<void> => {
  const { service } = await signInWithPin(idp);
  const page = await agent.open((await service.begin({ prompt: 'login' })).url);
  expect(answerAt(await typeCredentials(agent, page, person))).toBe('code');
};

describe('a PIN that one person gave, before another one signed in for the same request', () => {
  /** A request that wants a sign-in of the last five minutes; the PIN was given when these were over. */
  const giveTooLate = async () => {
    const visit = await signInWithPin(idp);
    const { page, request } = await askForPin(visit, { max_age: '300' });
    expect(hasPinField(page)).toBe(true);
    await ageRecords(idp.connection, 6);
    const signIn = await visit.agent.submit(page, { pin: rightPin });
    expect(isSignIn(signIn)).toBe(true);
    return { ...visit, request, signIn };
  };

  it('does not count: the other one is asked, and theirs alone is taken', async () => {
    const { agent, request, signIn, person } = await giveTooLate();
    const asked = await typeCredentials(agent, signIn, ivan);
    expect(hasPinField(asked)).toBe(true);
    const wrong = await agent.submit(asked, { pin: rightPin });
    expect(wordsOf(wrong)).toContain('Wrong PIN');

    const tokens = await request.finish((await agent.submit(wrong, { pin: ivansPin })).url);
    expect(tokens.claims()).toMatchObject({ acr: pinAcr, amr: ['pwd', 'pin'] });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-right']);
    expect(await pinEventsOf(idp, ivan)).toEqual(['pin-asked', 'pin-wrong', 'pin-right']);
  });

  it('does not count for the same person either: a sign-in voids what was given before it', async () => {
    const { agent, request, signIn, person } = await giveTooLate();
    const asked = await typeCredentials(agent, signIn, person);
    expect(answerAt(asked)).toBeUndefined();
    expect(hasPinField(asked)).toBe(true);
    const tokens = await request.finish((await agent.submit(asked, { pin: rightPin })).url);
    expect(tokens.claims()).toMatchObject({ acr: pinAcr });
  });
});

describe('a session that is over', () => {
  it('by time, before the PIN was sent: no try, the page says so, and the next request begins with the sign-in', async () => {
    const visit = await openPinPage(idp);
    await ageRecords(idp.connection, 61);
    expect(isGone(await visit.agent.open(visit.page.url))).toBe(true);
    expect(isGone(await visit.agent.submit(visit.page, { pin: rightPin }))).toBe(true);
    await expectNoTry(visit.person);

    const again = await askForPin(visit);
    expect(isSignIn(again.page)).toBe(true);
    const asked = await typeCredentials(visit.agent, again.page, visit.person);
    await again.request.finish((await visit.agent.submit(asked, { pin: rightPin })).url);
  });

  it('by a sign-out in another tab, before the PIN was sent: no try and no confirmation', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await agent.submit(await agent.open('/session/end'), { logout: 'yes' });
    expect(isGone(await agent.submit(page, { pin: rightPin }))).toBe(true);
    expect(isGone(await agent.submit(page, { action: 'cancel' }))).toBe(true);
    await expectNoTry(person);
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked']);
  });

  it('by a sign-out after the PIN and before the answer: no code', async () => {
    const { agent, page } = await openPinPage(idp);
    const confirmed = await postForm(agent, page, { pin: rightPin });
    await agent.submit(await agent.open('/session/end'), { logout: 'yes' });
    const end = await agent.open(String(confirmed.headers['location']));
    expect(answerAt(end)).not.toBe('code');
    expect(end.status).toBeLessThan(500);
  });
});

describe('somebody else who has signed in in the same browser meanwhile', () => {
  it('is not asked for the first person’s request, and neither PIN is tried', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await signInInAnotherTab(agent, ivan);
    expect(isGone(await agent.open(page.url))).toBe(true);
    for (const pin of [rightPin, ivansPin]) expect(isGone(await agent.submit(page, { pin }))).toBe(true);
    expect(isGone(await agent.submit(page, { action: 'cancel' }))).toBe(true);
    await expectNoTry(person);
    await expectNoTry(ivan);
  });

  it('gets no code for what the first person confirmed', async () => {
    const { agent, page } = await openPinPage(idp);
    const confirmed = await postForm(agent, page, { pin: rightPin });
    await signInInAnotherTab(agent, ivan);
    expect(answerAt(await agent.open(String(confirmed.headers['location'])))).not.toBe('code');
  });
});

describe('ATT-S04 somebody else’s request', () => {
  it('is the same dead end as one that never was, to a stranger and to another citizen', async () => {
    const { page, person } = await openPinPage(idp);
    const stranger = createBrowserAgent(idp.issuer);
    const other = await openPinPage(idp, { person: ivan });
    for (const agent of [stranger, other.agent]) {
      const seen = await agent.open(page.url);
      const never = await agent.open('/interaction/never-was-one/pin');
      expect([seen.status, titleOf(seen)]).toEqual([never.status, titleOf(never)]);
      expect(isGone(seen)).toBe(true);
      expect(isGone(await agent.open(`${page.url}/forgot`))).toBe(true);
    }

    const { hidden } = readForm(other.page.html);
    for (const pin of [rightPin, ivansPin]) {
      const body = new URLSearchParams({ ...hidden, pin }).toString();
      expect((await other.agent.post(new URL(page.url).pathname, body)).status).toBe(400);
    }
    await expectNoTry(person);
    await expectNoTry(ivan);
  });

  it('once confirmed, cannot be finished in another browser', async () => {
    const { agent, page, request } = await openPinPage(idp);
    const resume = String((await postForm(agent, page, { pin: rightPin })).headers['location']);
    const thief = await signInWithPin(idp, { person: ivan });
    for (const stranger of [createBrowserAgent(idp.issuer), thief.agent]) {
      const seen = await stranger.open(resume);
      expect([seen.status, answerAt(seen)]).toEqual([400, undefined]);
    }
    await request.finish((await agent.open(resume)).url);
  });
});

describe('before it is its turn', () => {
  it('nobody is asked for a PIN or can give one: first the sign-in, then the consent', async () => {
    const person = await newPersonWithPin(idp);
    const agent = createBrowserAgent(idp.issuer);
    const { service } = await signInWithPin(idp);
    const { page: signIn } = await askForPin({ agent, service });
    expect(isSignIn(await agent.open(`${signIn.url}/pin`))).toBe(true);
    const { hidden } = readForm(signIn.html);
    const body = new URLSearchParams({ ...hidden, pin: rightPin }).toString();
    const sent = await agent.post(`${new URL(signIn.url, idp.issuer).pathname}/pin`, body);
    expect([sent.status, sent.headers['location']]).toEqual([303, new URL(signIn.url, idp.issuer).pathname]);
    await expectNoTry(person);
    expect(await pinEventsOf(idp, person)).toEqual([]);
  });
});
