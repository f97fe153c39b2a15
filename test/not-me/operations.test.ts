// An operation that was being confirmed when its person said "this was not me" is never confirmed.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { pressNotMe, tellOf } from '../support/not-me.ts';
import { answerAt, failuresOf, openPinPage, pinEventsOf, rightPin } from '../support/step-up.ts';
import { nativeCollection } from '../../src/mongo/index.ts';

let meanwhile: (() => Promise<unknown>) | undefined;
const checkpoint = async (name: string): Promise<void> => {
  const work = name === 'PIN try reserved' ? meanwhile : undefined;
  if (work !== undefined) meanwhile = undefined;
  await work?.();
};

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ checkpoint });
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const stateOf = async (accountId: string): Promise<string | undefined> => {
  const found = await nativeCollection<{ accountId: string; state: string }>(idp.connection, 'operations').findOne({
    accountId,
  });
  return found?.state;
};

it('the right PIN is not taken, and the service gets nothing', async () => {
  const { person, agent, page } = await openPinPage(idp);
  await pressNotMe(idp, await tellOf(idp, person));
  const answer = await agent.submit(page, { pin: rightPin });
  expect(answerAt(answer)).toBeUndefined();
  expect(await pinEventsOf(idp, person)).toEqual(['pin-asked']);
  expect(await stateOf(person.id)).toBe('ended');
});

it('the page of an operation that is opened after it leads to the sign-in', async () => {
  const { person, agent, service } = await openPinPage(idp);
  await pressNotMe(idp, await tellOf(idp, person));
  const page = await agent.open((await service.begin({ acr_values: 'urn:civic-id:acr:pin' })).url);
  expect(titleOf(page)).toContain('Sign in');
});

it('a PIN that was being compared at that moment is not taken either, and the session behind it is dead', async () => {
  const { person, agent, page, request } = await openPinPage(idp);
  const link = await tellOf(idp, person);
  meanwhile = () => pressNotMe(idp, link);
  const answer = await agent.submit(page, { pin: rightPin });
  expect(answerAt(answer)).toBeUndefined();
  expect(titleOf(answer)).toContain('Your PIN is locked');
  expect(titleOf(await agent.open(request.url))).not.toContain('PIN');
  expect(await pinEventsOf(idp, person)).toEqual(['pin-asked']);
  expect(await stateOf(person.id)).toBe('ended');
  expect(await idp.app.rules.pin.stateOf(person.id)).toBe('locked');
});
