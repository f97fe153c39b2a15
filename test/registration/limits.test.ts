// BF-09: every limit of a registration, walked with the clock: told at the limit, still there just before its end, gone after it, and nobody else's.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { lastCodeTo, otherThan } from '../support/new-device.ts';
import { answerUpTo, rosa, rosasEmail, type Until } from '../support/registration.ts';

const hour = 60;
const day = 24 * hour;
const [home, elsewhere] = ['192.0.2.7', '198.51.100.7'];

let idp: TestCivicId;
const start = async (options: TestOptions = {}) => {
  idp = await startCivicId({ newDeviceCodes: true, trustedProxyHops: 1, ...options });
};
beforeEach(() => start());
afterEach(() => idp.stop());

const browserAt = (address: string): BrowserAgent =>
  createBrowserAgent(idp.issuer, { headers: { 'X-Forwarded-For': address } });
const begin = async (address = home) => {
  const agent = browserAt(address);
  return agent.submit(await agent.open('/registration'), rosa);
};
const isBegun = async (address?: string) => (await begin(address)).url.endsWith('/contact');
/** How many of so many beginnings went on. */
const beginTimes = async (times: number): Promise<number> => {
  let begun = 0;
  for (let count = 0; count < times; count += 1) begun += (await isBegun()) ? 1 : 0;
  return begun;
};

const messagesTo = (to?: string) =>
  nativeCollection(idp.connection, 'messages').countDocuments({
    purpose: 'registration',
    ...(to === undefined ? {} : { to }),
  });
const sentOf = async (work: () => Promise<unknown>, to?: string): Promise<number> => {
  const before = await messagesTo(to);
  await work();
  return (await messagesTo(to)) - before;
};
const at = async (until: Until, contact = rosasEmail, address = home) => {
  const agent = browserAt(address);
  return { agent, page: await answerUpTo(idp, until, { agent, contact }) };
};

describe('registrations that begin in one network', () => {
  it('are ten in an hour: the eleventh is told how long to wait, keeps what was typed, and goes on after it', async () => {
    expect(await beginTimes(10)).toBe(10);
    const refused = await begin();
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toMatch(/Many registrations were begun from your network\. Try again in (59|60) minutes/);
    for (const typed of [rosa.family_name, rosa.given_name]) expect(refused.html).toContain(`value="${typed}"`);
    expect(await isBegun(elsewhere)).toBe(true);

    await idp.age(59.5);
    expect(wordsOf(await begin())).toMatch(/Try again in \d+ seconds/);
    await idp.age(1);
    expect(await isBegun()).toBe(true);
  });

  it('are thirty in a day', async () => {
    for (let hours = 0; hours < 3; hours += 1) {
      expect(await beginTimes(10)).toBe(10);
      await idp.age(hour + 1);
    }
    const refused = await begin();
    expect(wordsOf(refused)).toMatch(/Try again in 21 hours/);
    expect(await isBegun(elsewhere)).toBe(true);

    await idp.age(day - 3 * (hour + 1) - 1);
    expect(wordsOf(await begin())).toMatch(/Try again in (\d+ seconds|1 minute)/);
    await idp.age(2);
    expect(await isBegun()).toBe(true);
  });
});

describe('messages to one contact', () => {
  const resend = (agent: BrowserAgent) => async () =>
    agent.submit(await agent.open('/registration/code'), { action: 'resend' });

  it('go once a minute, which the page counts; three in 15 minutes and five in a day, which it says', async () => {
    const { agent, page } = await at('code');
    expect(wordsOf(page)).toMatch(/You can ask for a new code in (\d+ seconds|1 minute)/);
    expect(wordsOf(page)).toContain('at most three in 15 minutes and five in a day');
    const again = resend(agent);

    await idp.age(0.8);
    expect(await sentOf(again)).toBe(0);
    await idp.age(0.3);
    expect(await sentOf(again)).toBe(1); // minute 1.1
    await idp.age(1.1);
    expect(await sentOf(again)).toBe(1); // the third, at 2.2
    await idp.age(12.3);
    expect(await sentOf(again)).toBe(0); // 14.5
    await idp.age(1.1);
    expect(await sentOf(again)).toBe(1); // 15.6: the first is out of the window
    await idp.age(1.1);
    expect(await sentOf(again)).toBe(1); // the fifth of the day, at 16.7

    await idp.age(16);
    expect(await sentOf(again)).toBe(0);
    await idp.age(day - 33.7);
    expect(await sentOf(again)).toBe(0); // a minute before the first one's day is over
    await idp.age(1.1);
    expect(await sentOf(again)).toBe(1);
    expect((await agent.submit(page, { code: await lastCodeTo(idp, rosasEmail) })).url).toMatch(/\/password$/);
  });

  it('are counted for the contact alone, whichever browser and network asks', async () => {
    const { agent } = await at('code');
    for (let times = 0; times < 2; times += 1) {
      await idp.age(1.1);
      await resend(agent)();
    }
    await idp.age(1.1);
    expect(await sentOf(() => at('code', rosasEmail, elsewhere))).toBe(0);
    expect(await sentOf(() => at('code', `other.${rosasEmail}`))).toBe(1);
  });
});

describe('messages that one network asks for', () => {
  let contacts = 0;
  /** Asks for a code to so many new contacts, five in each registration. */
  const askFor = async (count: number, address = home): Promise<number> =>
    sentOf(async () => {
      for (let asked = 0; asked < count;) {
        const { agent } = await at('contact', '', address);
        for (let round = 0; round < 5 && asked < count; round += 1, asked += 1) {
          contacts += 1;
          const page = await agent.open('/registration/contact');
          const code = await agent.submit(page, { contact: `rosa.${contacts}@example.org` });
          expect(code.url).toMatch(/\/registration\/code$/); // the same page, whether one goes or not
        }
      }
    });

  it('are twenty in an hour and sixty in a day, to however many people; another network has its own', async () => {
    expect(await askFor(22)).toBe(20);
    const { page } = await at('code', `told.${rosasEmail}`);
    expect(wordsOf(page)).toMatch(
      /We did not send a code: too many were asked for from your network\. Try again in (59|60) minutes/,
    );
    expect(wordsOf(page)).not.toContain('We sent');
    expect(await askFor(1, elsewhere)).toBe(1);
    await idp.age(59);
    expect(await askFor(1)).toBe(0);
    await idp.age(1.5);
    expect(await askFor(20)).toBe(20);
    await idp.age(hour + 1);
    expect(await askFor(21)).toBe(20);

    await idp.age(hour + 1);
    expect(await askFor(1)).toBe(0);
    await idp.age(day - 4 * hour);
    expect(await askFor(1)).toBe(0);
    await idp.age(hour);
    expect(await askFor(1)).toBe(1);
  }, 60_000);
});

it('SMS that one network asks for are ten in an hour; e-mail still goes', async () => {
  await idp.stop();
  const gateway = { url: 'http://127.0.0.1:9', method: 'POST', headers: {}, body: '{}', timeoutSeconds: 1 } as const;
  await start({ channels: { sms: gateway } });
  let phones = 0;
  const askFor = (count: number, address = home) =>
    sentOf(async () => {
      for (let asked = 0; asked < count; asked += 1) {
        phones += 1;
        await at('code', `+7916${String(phones).padStart(3, '0')}0000`, address);
      }
    });
  expect(await askFor(9)).toBe(9);
  const { agent } = await at('contact', '');
  const give = async (contact: string) => agent.submit(await agent.open('/registration/contact'), { contact });
  expect(await sentOf(() => give('+79170000001'))).toBe(1); // the tenth
  expect(await sentOf(() => give('+79180000001'))).toBe(0);
  const told = await agent.open('/registration/code');
  expect(wordsOf(told)).toMatch(/We did not send an SMS: .* Try again in 60 minutes, or use an e-mail address/);
  expect(await sentOf(() => give(rosasEmail))).toBe(1);
  expect(await askFor(1, elsewhere)).toBe(1);

  await idp.age(59);
  expect(await sentOf(() => give('+79190000001'))).toBe(0);
  await idp.age(1.5);
  expect(wordsOf(await agent.open('/registration/code'))).toContain('We did not send an SMS');
  expect(await sentOf(() => give('+79150000001'))).toBe(1);
  expect(wordsOf(await agent.open('/registration/code'))).toContain('We sent an SMS');
});

it('contacts in one registration are five, until it is a day old; what was typed stays', async () => {
  const { agent } = await at('contact', '');
  const give = async (name: string) =>
    agent.submit(await agent.open('/registration/contact'), { contact: `${name}@example.org` });
  for (const name of ['one', 'two', 'three', 'four', 'five']) expect((await give(name)).url).toMatch(/\/code$/);
  const refuse = async () => {
    const refused = await give('six');
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toContain('five contacts already. Go on tomorrow');
    expect(refused.html).toContain('value="six@example.org"');
  };
  await refuse();
  expect((await agent.submit(await agent.open('/registration/code'), { code: '12' })).status).toBe(422); // the fifth goes on

  await idp.age(day - 1);
  await refuse();
  await idp.age(1.5);
  const anew = await agent.open('/registration/contact');
  expect(titleOf(anew)).toContain('What is your name');
  await agent.submit(anew, rosa);
  expect((await give('six')).url).toMatch(/\/code$/);
});

describe('wrong codes', () => {
  const guess = async (agent: BrowserAgent, digits: string) =>
    agent.submit(await agent.open('/registration/code'), { code: digits });

  it('are five for one contact that was given: told each time; then it is given anew, and another browser has its own', async () => {
    const { agent } = await at('code');
    const wrong = otherThan(await lastCodeTo(idp, rosasEmail));
    for (const left of [4, 3, 2, 1])
      expect(wordsOf(await guess(agent, wrong))).toMatch(new RegExp(`You have ${left} (try|tries) left`));
    expect(titleOf(await guess(agent, wrong))).toContain('Too many wrong codes');
    await idp.age(day - 1);
    expect(titleOf(await agent.open('/registration/code'))).toContain('Too many wrong codes');

    const other = await at('code');
    expect((await guess(other.agent, await lastCodeTo(idp, rosasEmail))).url).toMatch(/\/password$/);
  });

  it('are fifteen for one contact in a day, over all registrations: told how long, then taken again', async () => {
    for (let times = 0; times < 3; times += 1) {
      const { agent } = await at('code');
      const wrong = otherThan(await lastCodeTo(idp, rosasEmail));
      for (let tries = 0; tries < 5; tries += 1) await guess(agent, wrong);
      await idp.age(16);
    }
    const { agent, page } = await at('code', rosasEmail, elsewhere);
    const right = await lastCodeTo(idp, rosasEmail);
    const refused = await guess(agent, right);
    expect(refused.status).toBe(422);
    expect(wordsOf(refused)).toMatch(
      /Many wrong codes were entered for this phone or e-mail within a day\. Try again in 24 hours/,
    );
    const free = await at('code', `other.${rosasEmail}`, elsewhere);
    expect((await guess(free.agent, await lastCodeTo(idp, `other.${rosasEmail}`))).url).toMatch(/\/password$/);

    await idp.age(day - 17);
    expect(wordsOf(await guess(agent, right))).toMatch(/Try again in \d+ (seconds|minutes?)/);
    await idp.age(2);
    await agent.submit(page, { action: 'resend' });
    expect((await guess(agent, await lastCodeTo(idp, rosasEmail))).url).toMatch(/\/password$/);
  });

  it('a right one is good for ten minutes; after that a new one helps', async () => {
    const { agent } = await at('code');
    const first = await lastCodeTo(idp, rosasEmail);
    await idp.age(10.1);
    expect(wordsOf(await guess(agent, first))).toContain('This code is no longer good');
    const late = await agent.submit(await agent.open('/registration/code'), { action: 'resend' });
    await idp.age(9.8);
    expect((await agent.submit(late, { code: await lastCodeTo(idp, rosasEmail) })).url).toMatch(/\/password$/);
  });
});

it('a second contact is added within 15 minutes; afterwards the page says why not', async () => {
  const { agent, page } = await at('done', '+79161234567');
  await idp.age(14.5);
  expect(titleOf(await agent.open('/registration/second'))).toContain('Add an e-mail address');
  const asked = await agent.submit(await agent.open('/registration/second'), { contact: rosasEmail });
  expect(asked.url).toMatch(/\/second-code$/);

  await idp.age(1);
  const late = await agent.submit(asked, { code: await lastCodeTo(idp, rosasEmail) });
  expect(late.url).toMatch(/\/registration\/done$/);
  expect(wordsOf(late)).toContain('More than 15 minutes have passed, so an e-mail can no longer be added here');
  expect([page.html, late.html].map((html) => html.includes('href="/registration/second"'))).toEqual([true, false]);
  expect(await idp.app.services.accounts.findByIdentifier({ kind: 'email', value: rosasEmail })).toBeUndefined();
});

it('each of these numbers is walked here', () => {
  expect(limits.registration).toEqual({
    perNetwork: [
      { seconds: 3600, count: 10 },
      { seconds: 24 * 3600, count: 30 },
    ],
    perContact: [
      { seconds: 60, count: 1 },
      { seconds: 15 * 60, count: 3 },
      { seconds: 24 * 3600, count: 5 },
    ],
    sendsPerNetwork: [
      { seconds: 3600, count: 20 },
      { seconds: 24 * 3600, count: 60 },
    ],
    contactsInOne: 5,
    secondContactWithin: 15 * 60,
  });
});
