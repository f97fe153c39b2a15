// A withdrawal from two instances at once, and what a service has under way at that moment: a code, a silent visit, a consent page that is still open.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { allAreSent } from '../support/messages.ts';
import { newPerson } from '../support/new-person.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { answerAt } from '../support/step-up.ts';
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

const openWithdrawal = async (agent: BrowserAgent, clientId: string) => {
  const page = await agent.open(`/account/services/withdraw?service=${clientId}`);
  return () => agent.submit(page, {});
};
const withService = async () => {
  const person = await newPerson(two.instances[0]);
  const service = await two.newService({ ...withRefresh, backchannel_logout_uri: listener.uri });
  const visit = await signInAt(two, person, { service });
  return { person, visit, service, clientId: service.metadata.client_id };
};
const eventsOf = (accountId: string) =>
  nativeCollection(two.connection, 'journal').countDocuments({ accountId, type: 'service-withdrawn' });

it('from two browsers at two instances at once is one withdrawal, and the service hears once of each session', async () => {
  const { person, visit, clientId } = await withService();
  const other = two.newBrowser({ origin: two.origins[1] });
  await openAccount(two, person, { agent: other });
  const presses = [await openWithdrawal(visit.agent, clientId), await openWithdrawal(other, clientId)];
  const before = listener.tokens.length;
  const { won, lost } = await race(2, (index) => presses[index]?.() ?? Promise.reject(new Error('nobody')));
  expect(lost).toEqual([]);
  expect(won.map(({ url }) => new URL(url).searchParams.get('done')).sort()).toEqual(['unknown', 'withdrawn']);
  await listener.hears(before + 1);
  await allAreSent(two.instances[0]);
  expect(listener.tokens).toHaveLength(before + 1);
  expect(await eventsOf(person.id)).toBe(1);
  expect(await lifeSigns(two, visit)).toEqual(dead);
});

it('voids a code that the service has not redeemed yet', async () => {
  const { visit, service, clientId } = await withService();
  const request = await service.begin();
  const callback = await visit.agent.open(request.url);
  expect(answerAt(callback)).toBe('code');
  await (
    await openWithdrawal(visit.agent, clientId)
  )();
  await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(answerAt(await visit.agent.open((await service.begin({ prompt: 'none' })).url))).toBe('consent_required');
});

it('leaves a consent page that is open what it is: a new question, whose answer is a new permission', async () => {
  const { person, visit, service, clientId } = await withService();
  const request = await service.begin({ prompt: 'consent' });
  const page = await visit.agent.open(request.url);
  expect(titleOf(page)).toContain('What the service will learn');
  await (
    await openWithdrawal(visit.agent, clientId)
  )();
  const tokens = await request.finish((await visit.agent.submit(page, {})).url);
  expect(tokens.access_token).toBeDefined();
  expect(await lifeSigns(two, visit)).toEqual(dead);
  const rows = nativeCollection(two.connection, 'consents');
  expect(await rows.countDocuments({ '_id.accountId': person.id })).toBe(1);
});

describe('at the same moment', () => {
  it.each([0, 3, 6, 10, 15])('a silent visit leaves nothing alive behind (%i ms apart)', async (apart) => {
    const { person, visit, service, clientId } = await withService();
    const withdraw = await openWithdrawal(visit.agent, clientId);
    const request = await service.begin({ prompt: 'none' });
    const [silent] = await Promise.all([visit.agent.open(request.url), sleep(apart).then(withdraw)]);
    if (answerAt(silent) === 'code')
      await expect(request.finish(silent.url)).rejects.toMatchObject({ error: 'invalid_grant' });
    const grants = nativeCollection(two.connection, 'oidc_grant');
    expect(await grants.countDocuments({ 'payload.accountId': person.id, 'payload.clientId': clientId })).toBe(0);
    expect(answerAt(await visit.agent.open((await service.begin({ prompt: 'none' })).url))).toBe('consent_required');
  });

  it.each([0, 3, 6, 10, 15])('the code of a visit is void, or what it brought is (%i ms apart)', async (apart) => {
    const { visit, service, clientId } = await withService();
    const request = await service.begin();
    const callback = await visit.agent.open(request.url);
    const withdraw = await openWithdrawal(visit.agent, clientId);
    const [tokens] = await Promise.all([
      request.finish(callback.url).catch(() => undefined),
      sleep(apart).then(withdraw),
    ]);
    if (tokens !== undefined) expect(await lifeSigns(two, { ...visit, tokens })).toEqual(dead);
    expect(await refreshAt(two, { ...visit, tokens: tokens ?? visit.tokens }, 1)).toBe('invalid_grant');
  });
});
