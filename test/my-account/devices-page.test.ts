// The page of browsers: what it shows, what its buttons do, and what they never do for anybody else.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import {
  createBrowserAgent,
  readForm,
  titleOf,
  wordsOf,
  type BrowserAgent,
  type PageView,
} from '../support/browser-agent.ts';
import { dumpDatabase } from '../support/database.ts';
import { newPerson } from '../support/new-person.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { isSignInPage, nextVisit, signInAt } from '../support/visits.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const path = '/account/devices';
const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
const openDevices = (person: Citizen, agent = createBrowserAgent(two.issuer)) =>
  openAccount(two, person, { path, agent });
/** The values of the buttons of that name. */
const valuesOf = ({ html }: PageView, name: string): string[] =>
  [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value);
const send = (agent: BrowserAgent, page: PageView, fields: Record<string, string>) => agent.submit(page, fields);
const remember = async (person: Citizen, name: string): Promise<void> => {
  const { devices, inTransaction } = two.instances[0].app.services;
  await inTransaction((tx) => devices.remember(tx, person.id, name, devices.draw(undefined)));
};

/** Signed in here and on a phone. */
const here = async () => {
  const person = await newPerson(two.instances[0]);
  const phone = await signInAt(two, person, {
    agent: createBrowserAgent(two.issuer, { headers: { 'User-Agent': iPhone } }),
  });
  const { agent, page } = await openDevices(person);
  return { person, phone, agent, page };
};

describe('the page', () => {
  it('names the browsers, marks this one, and is kept nowhere', async () => {
    const { page } = await here();
    expect(titleOf(page)).toContain('Where you are signed in');
    const words = wordsOf(page);
    expect(words).toContain('Safari, iOS');
    expect(words.match(/This browser/g)).toHaveLength(1);
    expect(words).toMatch(/Last seen today at \d\d:\d\d/);
    expect(valuesOf(page, 'end')).toHaveLength(1);
    expect(page.headers['cache-control']).toContain('no-store');
  });

  it('offers no end of others to who is alone, and says that nothing is remembered', async () => {
    const { page } = await openDevices(await newPerson(two.instances[0]));
    expect(valuesOf(page, 'end')).toEqual([]);
    expect(valuesOf(page, 'end_others')).toEqual([]);
    expect(valuesOf(page, 'forget_all')).toEqual([]);
    expect(wordsOf(page)).toContain('There are none: a code is asked for at every sign-in.');
  });

  it('says nothing that an address makes up', async () => {
    const { agent } = await here();
    const page = await agent.open(`${path}?done=%3Cb%3E&done=ended&end=x`);
    expect(page.status).toBe(200);
    expect(page.html).not.toContain('role="alert"');
  });

  it('changes nothing by being looked at', async () => {
    const { agent } = await here();
    await agent.open(path);
    const before = await dumpDatabase(two.instances[0]);
    await agent.open(path);
    expect(await dumpDatabase(two.instances[0])).toEqual(before);
  });
});

describe('its buttons', () => {
  it('end one sign-in: that browser is out, this one stays, no name of a session stands in the address', async () => {
    const { agent, page, phone } = await here();
    const [end = ''] = valuesOf(page, 'end');
    const after = await send(agent, page, { end });
    expect(after.url).toMatch(/\/account\/devices\?done=ended$/);
    expect(wordsOf(after)).toContain('The sign-in is ended.');
    expect(wordsOf(after)).not.toContain('Safari, iOS');
    expect(await nextVisit(phone)).toBe('sign-in page');
    expect(isSignInPage(await phone.agent.open(path))).toBe(true);
    expect(titleOf(await agent.open(path))).toContain('Where you are signed in');
  });

  it('say so where it has ended already', async () => {
    const { agent, page } = await here();
    const [end = ''] = valuesOf(page, 'end');
    await send(agent, page, { end });
    const again = await send(agent, page, { end });
    expect(again.url).toMatch(/done=unknown$/);
    expect(again.status).toBe(200);
  });

  it('end all others', async () => {
    const { agent, page, phone, person } = await here();
    const third = await signInAt(two, person);
    const after = await send(agent, page, { end_others: 'yes' });
    expect(after.url).toMatch(/done=others-ended$/);
    expect(valuesOf(after, 'end')).toEqual([]);
    for (const other of [phone, third]) expect(await nextVisit(other)).toBe('sign-in page');
    expect(titleOf(await agent.open(path))).toContain('Where you are signed in');
  });

  it('end with all others a copy of this browser’s cookie', async () => {
    const { agent, page } = await here();
    const copied = { Cookie: agent.cookieFor(path) };
    await send(agent, page, { end_others: 'yes' });
    expect((await createBrowserAgent(two.issuer).get(path, copied)).status).toBe(303);
    expect((await agent.get(path)).status).toBe(200);
  });

  it('forget one browser, then all', async () => {
    const { agent, person } = await here();
    for (const name of ['Edge, Windows', 'Opera, Linux', 'Firefox, Android']) await remember(person, name);
    const page = await agent.open(path);
    const [forget = ''] = valuesOf(page, 'forget');
    const after = await send(agent, page, { forget });
    expect(after.url).toMatch(/done=forgotten$/);
    expect(valuesOf(after, 'forget')).toHaveLength(2);
    const none = await send(agent, after, { forget_all: 'yes' });
    expect(none.url).toMatch(/done=all-forgotten$/);
    expect(valuesOf(none, 'forget')).toEqual([]);
    expect((await send(agent, after, { forget })).url).toMatch(/done=not-remembered$/);
  });

  it('hold when one browser presses “end all others” fifty times at once', async () => {
    const { agent, page, phone, person } = await here();
    const { hidden } = readForm(page.html);
    const body = new URLSearchParams({ ...hidden, end_others: 'yes' }).toString();
    const pressed = await race(50, () => agent.post(path, body));
    expect(pressed.lost).toEqual([]);
    expect(tally(pressed.won.map(({ status }) => status))).toEqual({ 303: 50 });
    expect(
      pressed.won.map(({ headers }) => headers['location']).filter((to) => to?.endsWith('others-ended')),
    ).toHaveLength(1);
    expect(await nextVisit(phone)).toBe('sign-in page');
    const { page: still } = await openDevices(person, agent);
    expect(valuesOf(still, 'end')).toEqual([]);
  });
});

describe('nobody else’s', () => {
  it('session or browser can be named: the answer is that of one that is not there', async () => {
    const { person: stranger, phone, page: theirs } = await here();
    await remember(stranger, 'Edge, Windows');
    const [session = ''] = valuesOf(theirs, 'end');
    const [device = ''] = valuesOf(await phone.agent.open(path), 'forget');
    expect(device).not.toBe('');

    const { agent, page } = await here();
    expect((await send(agent, page, { end: session })).url).toMatch(/done=unknown$/);
    expect((await send(agent, page, { forget: device })).url).toMatch(/done=not-remembered$/);
    expect(await nextVisit(phone)).toBe('code');
    expect(valuesOf(await phone.agent.open(path), 'forget')).toEqual([device]);
  });

  it.each(['x', '', 'я'.repeat(1000), 'x'.repeat(10_240), '\u0000', '{"$ne":""}', '../..', "' or 1=1"])(
    'made-up name meets a failure: %#',
    async (name) => {
      const { agent, page, phone } = await here();
      for (const field of ['end', 'forget']) {
        const answer = await send(agent, page, { [field]: name });
        expect(answer.status).toBe(200);
        expect(answer.url).toMatch(/done=(unknown|not-remembered)$/);
      }
      expect(await nextVisit(phone)).toBe('code');
    },
  );

  it('name longer than any form may be is read', async () => {
    const { agent, page } = await here();
    expect((await send(agent, page, { end: 'я'.repeat(20_000) })).status).toBe(413);
  });

  it('forms of other shapes are taken', async () => {
    const { agent, page } = await here();
    const [end = ''] = valuesOf(page, 'end');
    const shapes: Record<string, string>[] = [{}, { end, end_others: 'yes' }, { end_others: 'no' }, { 'end[]': end }];
    for (const fields of shapes) expect((await send(agent, page, fields)).status).toBe(400);
    expect(valuesOf(await agent.open(path), 'end')).toEqual([end]);
  });
});

describe('a forged form', () => {
  it('without the token of this browser ends nothing', async () => {
    const { agent, page, phone } = await here();
    const { csrf: others = '' } = readForm((await here()).page.html).hidden;
    for (const csrf of ['', 'x', others]) {
      expect((await send(agent, page, { csrf, end_others: 'yes' })).status).toBe(403);
    }
    const body = new URLSearchParams({ ...readForm(page.html).hidden, end_others: 'yes' }).toString();
    expect((await agent.post(path, body, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await agent.post(path, body, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect(await nextVisit(phone)).toBe('code');
  });

  it('of a browser that has been ended ends nothing either', async () => {
    const { agent, page, phone } = await here();
    const theirs = await phone.agent.open(path);
    const [end = ''] = valuesOf(page, 'end');
    await send(agent, page, { end });
    const answer = await phone.agent.post(
      path,
      new URLSearchParams({ ...readForm(theirs.html).hidden, end_others: 'yes' }).toString(),
    );
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toContain('/auth?');
    expect(titleOf(await agent.open(path))).toContain('Where you are signed in');
  });
});

it('after signing out, going back shows nothing', async () => {
  const { agent } = await here();
  await agent.submit(await agent.open('/session/end'), { logout: 'yes' });
  for (const address of [path, '/account/history', '/account/not-me']) {
    const answer = await agent.get(address);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toContain('/auth?');
  }
});
