// REL-05: one person is one account, however many of them are opened at once, on however many instances.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { countIn } from '../support/database.ts';
import { lastCodeTo, readOutbox } from '../support/new-device.ts';
import { race, tally } from '../support/race.ts';
import { answerUpTo, rosa, rosasEmail } from '../support/registration.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { limits } from '../../config/index.ts';

const manyAMinute = [{ seconds: 60, count: 1000 }];
const writings = ['8 (916) 123-45-67', '+7 916 123 45 67', '89161234567'];
const stored = '+79161234567';

let two: Two;
const start = async (changes: Partial<typeof limits> = {}): Promise<void> => {
  const registration = { ...limits.registration, perNetwork: manyAMinute, sendsPerNetwork: manyAMinute };
  two = await startTwo({ limits: { registration, ...changes } });
};
const startWithoutLimits = async (): Promise<void> => {
  await two.stop();
  const all = { perNetwork: manyAMinute, perContact: manyAMinute, sendsPerNetwork: manyAMinute };
  await start({ registration: { ...limits.registration, ...all } });
};
beforeEach(() => start());
afterEach(() => two.stop());
const accounts = () => countIn(two.instances[0], 'accounts');

it('fifty who begin with one phone in three writings see one page, and one message goes', async () => {
  const { won, lost } = await race(50, async (index) => {
    const agent = two.newBrowser();
    const contact = await agent.submit(await agent.open('/registration'), rosa);
    return agent.submit(contact, { contact: writings[index % 3] ?? '' });
  });
  expect(lost).toEqual([]);
  expect(tally(won.map((page) => `${page.status} ${titleOf(page)}`))).toEqual({ '200 Enter the code — Civic ID': 50 });
  const messages = nativeCollection(two.connection, 'messages');
  expect(await messages.countDocuments({ purpose: 'registration' })).toBe(1);
  expect(two.failures()).toEqual([]);
});

it('twelve who have all proved the phone, and press the last button at once: one account, the others are told', async () => {
  await startWithoutLimits();
  const before = await accounts();
  const ready: (() => Promise<PageView>)[] = [];
  for (let index = 0; index < 12; index += 1) {
    const agent = two.newBrowser();
    const page = await answerUpTo(two.instances[0], 'check', { agent, contact: stored });
    ready.push(() => agent.submit(page, { terms: 'yes' }));
  }
  const { won, lost } = await race(12, (index) => ready[index]?.() ?? Promise.reject(new Error('nobody')));
  expect(lost).toEqual([]);
  expect(tally(won.map(titleOf))).toEqual({
    'Your account is ready — Civic ID': 1,
    'You already have an account — Civic ID': 11,
  });
  expect(await accounts()).toBe(before + 1);
  expect(two.failures()).toEqual([]);
}, 30_000);

it('one who presses the last button twenty times at once has one account, and is told that it is ready', async () => {
  const before = await accounts();
  const agent = two.newBrowser();
  const page = await answerUpTo(two.instances[0], 'check', { agent, contact: stored });
  const { won, lost } = await race(20, () => agent.submit(page, { terms: 'yes' }));
  expect(lost).toEqual([]);
  expect(tally(won.map(titleOf))).toEqual({ 'Your account is ready — Civic ID': 20 });
  expect(await accounts()).toBe(before + 1);
  expect(two.failures()).toEqual([]);
});

it('one right code, sent twenty times at once, leads everybody on and is spent once', async () => {
  const agent = two.newBrowser();
  const page = await answerUpTo(two.instances[0], 'code', { agent, contact: stored });
  const code = await lastCodeTo(two.instances[0], stored);
  const { won, lost } = await race(20, () => agent.submit(page, { code }));
  expect(lost).toEqual([]);
  expect(won.filter(({ url }) => url.endsWith('/password')).length).toBeGreaterThan(0);
  expect(two.failures()).toEqual([]);
  expect((await agent.open('/registration/code')).url).toMatch(/\/registration\/password$/);
  expect(await nativeCollection(two.connection, 'codes').countDocuments({ spentAt: { $ne: null } })).toBe(1);
});

it('eight who prove one e-mail as their second contact at once: it is added to one account, the others are told, and so is its owner', async () => {
  await startWithoutLimits();
  const [idp] = two.instances;
  const ready: (() => Promise<PageView>)[] = [];
  for (let index = 0; index < 8; index += 1) {
    const agent = two.newBrowser();
    await answerUpTo(idp, 'done', { agent, contact: `+7916123000${index}` });
    const page = await agent.submit(await agent.open('/registration/second'), { contact: rosasEmail });
    const code = await lastCodeTo(idp, rosasEmail);
    ready.push(() => agent.submit(page, { code }));
  }
  const { won, lost } = await race(8, (index) => ready[index]?.() ?? Promise.reject(new Error('nobody')));
  expect(lost).toEqual([]);
  expect(two.failures()).toEqual([]);
  expect(tally(won.map(titleOf))).toEqual({ 'Your account is ready — Civic ID': 8 });
  const isTold = (page: PageView) => wordsOf(page).includes('it was confirmed for another account');
  expect(won.filter(isTold)).toHaveLength(7);
  expect(won.filter((page) => !page.html.includes('/registration/second'))).toHaveLength(1); // the others may add another

  expect(await nativeCollection(two.connection, 'accounts').countDocuments({ 'email.value': rosasEmail })).toBe(1);
  const told = (await readOutbox(idp)).filter(({ to, code }) => to === rosasEmail && code === null);
  expect(told).toHaveLength(7);
}, 60_000);
