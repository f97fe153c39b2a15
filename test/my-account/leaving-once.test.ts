// Two instances and one account that is to go: asked once, deleted once, told once; and whoever is on the way in, or changes their mind, at that very moment.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { allAreSent } from '../support/messages.ts';
import { readOutbox } from '../support/new-device.ts';
import { typeCredentials } from '../support/people.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { dead, lifeSigns, refreshAt, signInAt, withRefresh } from '../support/visits.ts';

let two: Two;
let listener: LogoutListener;
beforeAll(async () => {
  two = await startTwo();
  listener = await startLogoutListener();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(async () => {
  await two.stop();
  await listener.close();
});

const path = '/account/delete';
const accounts = () => nativeCollection<{ _id: string; deleteAt?: Date }>(two.connection, 'accounts');
const events = (filter: object) => nativeCollection(two.connection, 'journal').countDocuments(filter);
const accountOf = ({ id }: ReadyPerson) => two.instances[0].app.services.accounts.find(id);
const deletedWords = /account (is|was) deleted/;
/** By SMS and by e-mail. */
const noticesTo = async ({ phone, email }: ReadyPerson, words: RegExp) => {
  const told = (await readOutbox(two.instances[0])).filter(({ text }) => words.test(text));
  return [phone, email].map((contact) => told.filter(({ to }) => to === contact).length);
};
const sweepOn = (at: number) => two.instances[at % 2 === 0 ? 0 : 1].app.rules.sweeper.sweep();

const askFor = async (person: ReadyPerson, agent: BrowserAgent) => {
  const { page } = await openAccount(two, person, { path, agent });
  const account_digits = (await accountOf(person))?.accountNumber.slice(-4) ?? '';
  return () => agent.submit(page, { account_digits });
};
const newLeaving = async () => {
  const person = await newReadyPerson(two.instances[0]);
  await (
    await askFor(person, two.newBrowser())
  )();
  return person;
};
const makeDue = ({ id }: ReadyPerson, milliseconds = -1000) =>
  accounts().updateOne({ _id: id }, { $set: { deleteAt: new Date(Date.now() + milliseconds) } });

describe('the deletion', () => {
  it('that is asked for in two browsers at once is asked for once; each service is told once', async () => {
    const person = await newReadyPerson(two.instances[0]);
    const service = await two.newService({ ...withRefresh, backchannel_logout_uri: listener.uri });
    const visit = await signInAt(two, person, { service });
    const before = listener.tokens.length;
    const asks = [await askFor(person, visit.agent), await askFor(person, two.newBrowser())];
    const { lost } = await race(2, (index) => asks[index]?.() ?? Promise.reject(new Error('nobody')));
    expect(lost).toEqual([]);
    await listener.hears(before + 1);
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await events({ accountId: person.id, type: 'deletion-asked' })).toBe(1);
    expect(await noticesTo(person, /will be deleted in 7 days/)).toEqual([1, 1]);

    await makeDue(person);
    await Promise.all([sweepOn(0), sweepOn(1)]);
    await allAreSent(two.instances[0]);
    expect(listener.tokens).toHaveLength(before + 1);
  });

  it('is done once where both instances look at the same moment, and is told once', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, newLeaving));
    for (const person of people) await makeDue(person);
    const deleted = await events({ type: 'account-deleted' });
    const { lost } = await race(6, sweepOn);
    expect(lost).toEqual([]);
    await allAreSent(two.instances[0]);
    expect(await events({ type: 'account-deleted' })).toBe(deleted + 4);
    for (const person of people) {
      expect(await accountOf(person)).toBeUndefined();
      expect(await noticesTo(person, deletedWords)).toEqual([1, 1]);
      expect(await events({ accountId: person.id })).toBe(0);
    }
  });
});

describe('whoever comes at the moment in which it is asked for', () => {
  it.each([0, 3, 8, 15])('signs in at the other instance and is out (%i ms apart)', async (apart) => {
    const person = await newReadyPerson(two.instances[0]);
    const ask = await askFor(person, two.newBrowser({ origin: two.origins[0] }));
    const agent = two.newBrowser({ origin: two.origins[1] });
    const service = await two.newService({ first_party: true });
    const signIn = await agent.open((await service.begin()).url);
    await Promise.all([typeCredentials(agent, signIn, person), sleep(apart).then(ask)]);
    expect((await accountOf(person))?.state).toBe('leaving');
    expect((await agent.get('/account')).status).toBe(303);
    const next = await agent.open((await service.begin({ prompt: 'none' })).url);
    expect(new URL(next.url).searchParams.get('error')).toBe('login_required');
  });

  it.each([0, 3, 8, 15])(
    'refreshes at the other instance, and what that brought is dead (%i ms apart)',
    async (apart) => {
      const person = await newReadyPerson(two.instances[0]);
      const visit = await signInAt(two, person, {
        service: await two.newService({ ...withRefresh, first_party: true }),
      });
      const ask = await askFor(person, visit.agent);
      await Promise.all([refreshAt(two, visit, 1), sleep(apart).then(ask)]);
      expect(await lifeSigns(two, visit)).toEqual(dead);
      expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
      const grants = nativeCollection(two.connection, 'oidc_grant');
      expect(await grants.countDocuments({ 'payload.accountId': person.id })).toBe(0);
    },
  );
});

describe('where the clock of one instance is five minutes ahead', () => {
  beforeAll(() => two.instances[0].age(5));

  it.each([0, 2, 4, 6, 8, 10, 14, 200])(
    'the change of mind or the deletion wins, and nothing of the other is left (%i ms apart)',
    async (apart) => {
      const person = await newReadyPerson(two.instances[0]);
      const agent = two.newBrowser({ origin: two.origins[1] });
      await (
        await askFor(person, agent)
      )();
      const service = await two.newService({ first_party: true });
      const question = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
      await makeDue(person, 2 * 60_000);
      const [answer] = await Promise.all([agent.submit(question, {}), sleep(apart).then(() => sweepOn(0))]);

      const isKept = (await accountOf(person))?.state === 'active';
      expect(titleOf(answer).includes('The account stays')).toBe(isKept);
      expect(await events({ accountId: person.id, type: 'deletion-undone' })).toBe(isKept ? 1 : 0);
      expect(await noticesTo(person, deletedWords)).toEqual(isKept ? [0, 0] : [1, 1]);
      if (!isKept) expect(await accountOf(person)).toBeUndefined();
    },
  );
});
