// However many come at once, and to whichever instance: one right code, five wrong ones, one new password (R05, R06).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { race, tally } from '../support/race.ts';
import { newOwner, recoverUpTo, setPassword, type Owner } from '../support/recovery.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 1_000_000 };
  two = await startTwo({ limits: { recovery: { ...limits.recovery, guessesPerNetwork } } });
});
beforeEach(() => forgetSends(two.instances[0]));
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const begin = async (until: 'code' | 'password', person?: Owner) => {
  const owner = person ?? (await newOwner(two.instances[0]));
  const agent = two.newBrowser(); // each request to the other instance
  return { person: owner, ...(await recoverUpTo(two.instances[0], owner, until, { agent })) };
};
const eventsOf = async ({ id }: Owner): Promise<Record<string, number>> => {
  const events = await nativeCollection<{ type: string }>(two.connection, 'journal').find({ accountId: id }).toArray();
  return tally(events.map(({ type }) => type));
};
const works = async (person: Owner, password: string): Promise<boolean> =>
  titleOf((await openAccount(two, { ...person, password }, { agent: two.newBrowser() })).page).includes('Hello');

describe('ATT-R05 fifty at once', () => {
  it('with the right code: one is taken', async () => {
    const { agent, page, person } = await begin('code');
    const code = await lastCodeTo(two.instances[0], person.phone);
    const { lost } = await race(50, () => agent.submit(page, { code }));
    expect(lost).toEqual([]);
    expect(titleOf(await agent.open('/recovery/password'))).toContain('New password');
    expect(await eventsOf(person)).toMatchObject({ 'recovery-proved': 1 });
    expect((await eventsOf(person))['code-wrong']).toBeUndefined();
  }, 60_000);

  it('with wrong codes: five are compared, and the right one after them is not', async () => {
    const { agent, page, person } = await begin('code');
    const code = await lastCodeTo(two.instances[0], person.phone);
    const { won, lost } = await race(50, () => agent.submit(page, { code: otherThan(code) }));
    expect(lost).toEqual([]);
    expect(
      won.filter((answer) => wordsOf(answer).includes('tries left') || wordsOf(answer).includes('1 try left')).length,
    ).toBeLessThanOrEqual(4);
    expect(await eventsOf(person)).toMatchObject({ 'code-wrong': 5 });
    const after = await agent.submit(page, { code });
    expect(titleOf(after)).toContain('Your access has not been given back');
  }, 60_000);

  it('with wrong codes of many flows: no more than the account’s share is compared', async () => {
    const person = await newOwner(two.instances[0]);
    const flows: Awaited<ReturnType<typeof begin>>[] = [];
    for (let index = 0; index < 6; index += 1) flows.push(await begin('code', person));
    await race(60, async (index) => {
      const flow = flows[index % 6];
      return flow?.agent.submit(flow.page, { code: '000000' });
    });
    const last = await begin('code', person);
    const [closed] = await readOutbox(two.instances[0]);
    expect(closed?.code).toBeNull();
    expect((await last.agent.submit(last.page, { code: '000000' })).status).toBe(422);
  }, 60_000);
});

describe('ATT-R06 two new passwords at once', () => {
  const passwords = ['the-first-of-two-new-words', 'the-second-of-two-new-words'] as const;

  it('in one recovery: one wins, and one password works', async () => {
    const { agent, page, person } = await begin('password');
    const { lost } = await race(20, (index) => setPassword(agent, page, passwords[index % 2 === 0 ? 0 : 1]));
    expect(lost).toEqual([]);
    const working = [await works(person, passwords[0]), await works(person, passwords[1])];
    expect(working.filter(Boolean)).toHaveLength(1);
    expect(await works(person, person.password)).toBe(false);
    expect(await eventsOf(person)).toMatchObject({ 'password-recovered': 1 });
  }, 60_000);

  it('in two recoveries of one person: one wins, the other is told', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const person = await newOwner(two.instances[0]);
      const both = [await begin('password', person), await begin('password', person)] as const;
      const { won } = await race(2, (index) => {
        const { agent, page } = both[index === 0 ? 0 : 1];
        return setPassword(agent, page, passwords[index === 0 ? 0 : 1]);
      });
      expect(won.map(titleOf).toSorted()).toEqual([
        expect.stringContaining('The new password works'),
        expect.stringContaining('Your access has not been given back'),
      ]);
      const working = [await works(person, passwords[0]), await works(person, passwords[1])];
      expect(working.filter(Boolean)).toHaveLength(1);
      expect(await eventsOf(person)).toMatchObject({ 'password-recovered': 1 });
    }
  }, 60_000);

  it('one and “this was not me” at once: never a stranger’s password that works after the press', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      const { agent, page, person } = await begin('password');
      const told = (await readOutbox(two.instances[0])).find(
        ({ to, purpose }) => to === person.email && purpose === 'recovery',
      );
      const link = linkIn(told?.text ?? '');
      await race(2, (index) =>
        index === 0 ? setPassword(agent, page, passwords[0]) : pressNotMe(two.instances[1], link, two.newBrowser()),
      );
      expect(await works(person, passwords[0])).toBe(false);
    }
  }, 60_000);
});

it('ATT-R02 a document that is changed while the code is typed leaves no code of another document', async () => {
  const { agent, page, person } = await begin('code');
  const code = await lastCodeTo(two.instances[0], person.phone);
  const document = await agent.open('/recovery/document');
  await race(10, (index) =>
    index === 0
      ? agent.submit(page, { code })
      : agent.submit(document, { document_type: 'inn', document_number: '500100732259' }),
  );
  const now = titleOf(await agent.open('/recovery/code'));
  const events = await eventsOf(person);
  expect(now.includes('New password')).toBe(events['recovery-proved'] === 1);
});
