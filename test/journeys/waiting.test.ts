import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';

let idp: TestCivicId;
let rosa: Citizen;
let email: string;
beforeAll(async () => {
  idp = await startCivicId();
});
beforeEach(async () => {
  rosa = await newPerson(idp);
  email = String(rosa.email);
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const olga = citizen('olga');
const wrong = 'not the password';

const openSignIn = async (): Promise<{ agent: BrowserAgent; page: PageView }> => {
  const agent = createBrowserAgent(idp.issuer);
  const service = await newService(idp, { first_party: true });
  return { agent, page: await agent.open((await service.begin()).url) };
};

/** Types the same wrong password again and again; hands back the last page. */
const failTimes = async (agent: BrowserAgent, page: PageView, times: number, identifier: string): Promise<PageView> => {
  if (times === 0) return page;
  const next = await agent.submit(page, { identifier, password: wrong });
  expect(next.status).toBe(422);
  return failTimes(agent, next, times - 1, identifier);
};

/** The wait that a page tells, in seconds; undefined where it tells none. */
const waitTold = (page: PageView): number | undefined => {
  const [, number, unit] = /Wait (\d+) (second|minute)s? and try again/.exec(wordsOf(page)) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === 'minute' ? 60 : 1);
};

describe('many wrong passwords for one identifier', () => {
  it('are refused nine times, and with the tenth a wait begins, told in words', async () => {
    const { agent, page } = await openSignIn();
    const ninth = await failTimes(agent, page, 9, email);
    expect(waitTold(ninth)).toBeUndefined();
    expect(wordsOf(ninth)).toContain('Wrong login or password');

    const tenth = await failTimes(agent, ninth, 1, email);
    expect(waitTold(tenth)).toBeGreaterThan(5);
    expect(waitTold(tenth)).toBeLessThanOrEqual(30);
    expect(tenth.html).toContain(`value="${email}"`);
  });

  it('make the waits longer, up to fifteen minutes', async () => {
    const { agent, page } = await openSignIn();
    const waits = [30, 60, 120, 240, 480, 900, 900];
    let current = await failTimes(agent, page, 9, email);
    for (const wait of waits) {
      current = await failTimes(agent, current, 1, email);
      expect(waitTold(current)).toBeGreaterThan(wait * 0.5);
      expect(waitTold(current)).toBeLessThanOrEqual(wait);
      await idp.age(wait / 60);
    }
  });

  it('keep out the right password too until the wait is over, and then let it in', async () => {
    const { agent, page } = await openSignIn();
    const tenth = await failTimes(agent, page, 10, email);
    const tooEarly = await agent.submit(tenth, { identifier: email, password: rosa.password });
    expect(tooEarly.status).toBe(422);
    expect(waitTold(tooEarly)).toBeLessThanOrEqual(30);

    await idp.age(0.5);
    const inTime = await agent.submit(tooEarly, { identifier: email, password: rosa.password });
    expect(inTime.isElsewhere).toBe(true);
  });

  it('do not count a try made while waiting: the wait stays as it was', async () => {
    const { agent, page } = await openSignIn();
    const tenth = await failTimes(agent, page, 10, email);
    const impatient = await failTimes(agent, tenth, 5, email);
    expect(waitTold(impatient)).toBeLessThanOrEqual(30);
    await idp.age(0.5);
    expect(waitTold(await failTimes(agent, impatient, 1, email))).toBeLessThanOrEqual(60);
  });

  it('are forgotten after the right one', async () => {
    const { agent, page } = await openSignIn();
    const ninth = await failTimes(agent, page, 9, email);
    expect((await agent.submit(ninth, { identifier: email, password: rosa.password })).isElsewhere).toBe(true);

    const other = await openSignIn();
    expect(waitTold(await failTimes(other.agent, other.page, 9, email))).toBeUndefined();
  });

  it('are forgotten after fifteen minutes', async () => {
    const { agent, page } = await openSignIn();
    const ninth = await failTimes(agent, page, 9, email);
    await idp.age(15);
    expect(waitTold(await failTimes(agent, ninth, 9, email))).toBeUndefined();
  });

  it('count together however the identifier is written', async () => {
    const { agent, page } = await openSignIn();
    const five = await failTimes(agent, page, 5, '+7 900 000-00-02');
    expect(waitTold(await failTimes(agent, five, 5, '8 (900) 000 00 02'))).toBeLessThanOrEqual(30);
  });

  it('do not keep anybody else waiting', async () => {
    const { agent, page } = await openSignIn();
    const tenth = await failTimes(agent, page, 10, email);
    expect((await typeCredentials(agent, tenth, citizen('emily'))).isElsewhere).toBe(true);
  });
});

describe('many wrong passwords for one person', () => {
  it('count together under all their identifiers, and no page tells that', async () => {
    const { agent, page } = await openSignIn();
    const five = await failTimes(agent, page, 5, 'anna@example.org');
    const ten = await failTimes(agent, five, 5, String(anna.phone));
    const bySnils = await agent.submit(ten, { identifier: String(anna.snils), password: anna.password });
    expect(bySnils.status).toBe(422);
    expect(waitTold(bySnils)).toBeUndefined();

    await idp.age(0.5);
    const later = await agent.submit(bySnils, { identifier: String(anna.snils), password: anna.password });
    expect(later.isElsewhere).toBe(true);
  });
});

describe('when the hashing queue is full', () => {
  // Few places and slow fillers: the queue stays full while the form is on its way.
  beforeEach(async () => {
    await idp.stop();
    idp = await startCivicId({ limits: { hashing: { queuePerThread: 2 } } });
  });
  const fillQueue = (): Promise<unknown> => {
    const { hashing } = idp.app.services;
    const filling: Promise<unknown>[] = [];
    while (!hashing.isFull()) filling.push(hashing.hash('filler', 12));
    return Promise.allSettled(filling);
  };
  const waitsInForce = () => nativeCollection(idp.connection, 'attempts').countDocuments({ waitUntil: { $ne: null } });

  it('says to come back in a moment, and the try does not count', async () => {
    const { agent, page } = await openSignIn();
    const filled = fillQueue();
    const busy = await agent.submit(page, { identifier: email, password: wrong });
    expect(busy.status).toBe(503);
    expect(busy.headers['retry-after']).toMatch(/^\d+$/);
    expect(wordsOf(busy)).toContain('Many people are signing in right now');

    await filled;
    expect(waitTold(await failTimes(agent, page, 9, email))).toBeUndefined();
  });

  it('keeps what was typed: one press leads back to the form, and it can be sent again', async () => {
    const { agent, page } = await openSignIn();
    const { email: identifier, password } = citizen('emily');
    const filled = fillQueue();
    const busy = await agent.submit(page, { identifier: String(identifier), password });
    expect(busy.html).not.toContain(password);
    await filled;

    const back = await agent.submitTo(/redraw_in=en$/, busy, {});
    expect([back.status, back.html.includes(`value="${String(identifier)}"`)]).toEqual([200, true]);
    expect((await agent.submit(back, { identifier: String(identifier), password })).isElsewhere).toBe(true);
  });

  it('does not end the wait of a person whose other identifiers were tried', async () => {
    const { agent, page } = await openSignIn();
    const ten = await failTimes(agent, await failTimes(agent, page, 5, String(olga.email)), 5, String(olga.phone));
    const before = await waitsInForce();
    expect(before).toBeGreaterThan(0);

    const filled = fillQueue();
    const busy = await agent.submit(ten, { identifier: String(olga.snils), password: wrong });
    expect(busy.status).toBe(503);
    await filled;
    expect(await waitsInForce()).toBe(before);
  });
});
