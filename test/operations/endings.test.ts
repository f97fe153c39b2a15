// How a request for the PIN ends when it does not end with the PIN: what the person is told, and what the service.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen } from '../support/people.ts';
import {
  answerAt,
  askForPin,
  failuresOf,
  hasPinField,
  openPinPage,
  pinEventsOf,
  pinRowOf,
  pinRows,
  rightPin,
  signInWithPin,
  wrongPin,
} from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const denied = 'access_denied';
const unmet = 'unmet_authentication_requirements';
const goBack = (agent: BrowserAgent, page: PageView) => agent.submit(page, { action: 'cancel' });
const failTimes = async (agent: BrowserAgent, page: PageView, times: number): Promise<PageView> => {
  let current = page;
  for (let turn = 0; turn < times; turn += 1) current = await agent.submit(current, { pin: wrongPin });
  return current;
};
const failElsewhere = async ({ id }: Citizen, times: number): Promise<void> => {
  for (let turn = 0; turn < times; turn += 1) await idp.app.rules.pin.check(id, wrongPin);
};
const expectAnswer = (page: PageView, request: { url: string }, error: string): void => {
  expect(answerAt(page)).toBe(error);
  const { searchParams } = new URL(page.url);
  expect(searchParams.get('state')).toBe(new URL(request.url).searchParams.get('state'));
  expect(searchParams.get('iss')).toBe(idp.issuer.origin);
};

describe('three wrong PINs in one request', () => {
  it('end it with access_denied, at once, and the PIN stays usable for the next request', async () => {
    const visit = await openPinPage(idp);
    const { agent, page, request, person } = visit;
    const second = await failTimes(agent, page, 2);
    expectAnswer(await failTimes(agent, second, 1), request, denied);
    expect(await pinRowOf(idp, person)).toMatchObject({ tries: 3, lockedAt: null });

    expect(answerAt(await agent.submit(second, { pin: rightPin }))).toBeUndefined();
    const next = await askForPin(visit);
    await next.request.finish((await agent.submit(next.page, { pin: rightPin })).url);
  });

  it('are counted for one request, not for all: two here and two there end neither', async () => {
    const visit = await signInWithPin(idp);
    const [one, other] = [await askForPin(visit), await askForPin(visit)];
    await failTimes(visit.agent, one.page, 2);
    const again = await failTimes(visit.agent, other.page, 2);
    expect(wordsOf(again)).toContain('You have 1 try left');
    expect(answerAt(await visit.agent.submit(again, { pin: rightPin }))).toBe('code');
  });
});

describe('the fifth wrong PIN in a row', () => {
  it('inside a request ends it: a page that says the PIN is locked, then access_denied on going back', async () => {
    const { agent, page, request, person } = await openPinPage(idp);
    await failElsewhere(person, 3);
    const again = await failTimes(agent, page, 1);
    expect(wordsOf(again)).toContain('You have 1 try left');

    const locked = await failTimes(agent, again, 1);
    expect(locked.status).toBe(422);
    expect(titleOf(locked)).toContain('Your PIN is locked');
    expect(hasPinField(locked)).toBe(false);
    expectAnswer(await goBack(agent, locked), request, denied);
  });

  it('says so also where it is the third of its request', async () => {
    const { agent, page, request, person } = await openPinPage(idp);
    await failElsewhere(person, 2);
    const locked = await failTimes(agent, page, 3);
    expect(titleOf(locked)).toContain('Your PIN is locked');
    expectAnswer(await goBack(agent, locked), request, denied);
  });

  it('says so after a refresh too, whichever way the browser does it', async () => {
    const { agent, page, request, person } = await openPinPage(idp);
    await failElsewhere(person, 4);
    await failTimes(agent, page, 1);
    const reopened = await agent.open(page.url);
    const sentAgain = await failTimes(agent, page, 1);
    for (const refreshed of [reopened, sentAgain]) {
      expect(titleOf(refreshed)).toContain('Your PIN is locked');
      expect(hasPinField(refreshed)).toBe(false);
    }
    expectAnswer(await goBack(agent, sentAgain), request, denied);
  });

  it('stops every other request of the person on its way', async () => {
    const visit = await openPinPage(idp);
    await failElsewhere(visit.person, 5);
    const refused = await visit.agent.submit(visit.page, { pin: rightPin });
    expect(titleOf(refused)).toContain('Your PIN is locked');
    expectAnswer(await goBack(visit.agent, refused), visit.request, denied);
  });
});

describe('a person who cannot give a PIN', () => {
  it.each([
    ['has a locked one', 'dmitry', 'Your PIN is locked'],
    ['has none', 'olga', 'You have no PIN yet'],
    ['has a basic account and none', 'maria', 'You have no PIN yet'],
  ])(
    'and %s is told so before any field; the service gets unmet_authentication_requirements',
    async (_how, id, title) => {
      const visit = await signInWithPin(idp, { person: citizen(id) });
      const { page, request } = await askForPin(visit);
      expect(page.status).toBe(200);
      expect(titleOf(page)).toContain(title);
      expect(hasPinField(page)).toBe(false);
      expect(hasPinField(await visit.agent.open(page.url))).toBe(false);
      expectAnswer(await goBack(visit.agent, page), request, unmet);
      expect((await pinEventsOf(idp, visit.person)).at(-1)).toBe('pin-cancelled');
    },
  );

  it('may get one meanwhile: the page opened again has the field', async () => {
    const visit = await openPinPage(idp);
    const row = await pinRowOf(idp, visit.person);
    await pinRows(idp).deleteOne({ _id: visit.person.id });
    const { page, request } = await askForPin(visit);
    expect(hasPinField(page)).toBe(false);
    await pinRows(idp).insertOne(row);
    const again = await visit.agent.open(page.url);
    await request.finish((await visit.agent.submit(again, { pin: rightPin })).url);
  });
});

describe('“Cancel”', () => {
  it('is access_denied, whatever was typed, and no try', async () => {
    const { agent, page, request, person } = await openPinPage(idp);
    expectAnswer(await agent.submit(page, { pin: wrongPin, action: 'cancel' }), request, denied);
    expect((await pinRowOf(idp, person)).tries).toBe(0);
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-cancelled']);
  });

  it('is final: the PIN is refused afterwards, in this tab and from a page that still stands', async () => {
    const { agent, page } = await openPinPage(idp);
    await goBack(agent, page);
    const late = await agent.submit(page, { pin: rightPin });
    expect(late.status).toBe(400);
    expect(answerAt(late)).toBeUndefined();
  });

  it('is final also before the browser has gone back to the service', async () => {
    const { agent, page, person } = await openPinPage(idp);
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const send = (fields: Record<string, string>) =>
      agent.post(page.url, new URLSearchParams({ csrf, tries: '0', ...fields }).toString());
    await send({ action: 'cancel' }); // the redirect is never followed
    const late = await send({ pin: rightPin });
    const end = late.status === 303 ? await agent.open(late.headers['location'] ?? '') : undefined;
    expect(end === undefined ? undefined : answerAt(end)).not.toBe('code');
    expect((await pinRowOf(idp, person)).failures).toEqual([]);
    expect(await pinEventsOf(idp, person)).not.toContain('pin-right');
  });
});

describe('“Forgot your PIN?”', () => {
  it('leads to a page that tells what to do, back to the field, and back to the service', async () => {
    const { agent, page, request } = await openPinPage(idp);
    const href = /<a href="([^"]*\/forgot)"/.exec(page.html)?.[1] ?? '';
    const forgot = await agent.open(href);
    expect(forgot.status).toBe(200);
    expect(titleOf(forgot)).toContain('If you forgot your PIN');
    expect(hasPinField(forgot)).toBe(false);

    const back = /<a href="([^"]*\/pin)">Enter the PIN/.exec(forgot.html)?.[1] ?? '';
    const again = await agent.open(back);
    expect(hasPinField(again)).toBe(true);
    expectAnswer(await goBack(agent, await agent.open(href)), request, denied);
  });

  it('never leads round the PIN', async () => {
    const { agent, page } = await openPinPage(idp);
    const forgot = await agent.open(`${page.url}/forgot`);
    expect((await agent.submit(forgot, {})).status).toBe(400);
    const later = await agent.submit(forgot, { pin: '' });
    expect(answerAt(later)).toBeUndefined();
  });
});
