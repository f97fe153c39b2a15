// Who gave a second factor in a browser that was remembered meanwhile hears of no new one (6.3.5): of every sign-in, if they want to.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { noticesTo } from '../support/contacts.ts';
import { newPersonWithApp } from '../support/second-factor.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const visit = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome, Windows' };

/** The rule itself: a page cannot come here, since another sign-in in the same browser ends this one. */
const signIn = async (how: { isKnown: boolean; wants?: 'new' | 'every' }) => {
  const { person } = await newPersonWithApp(idp);
  const { accounts, devices, inTransaction } = idp.app.services;
  const { factorJourney } = idp.app.rules;
  const deviceCookie = devices.draw(undefined);
  if (how.isKnown) await inTransaction((tx) => devices.remember(tx, person.id, visit.device, deviceCookie));
  const preferences = { locale: 'en', zoneinfo: 'Europe/London', signInNotices: how.wants ?? 'new' } as const;
  await inTransaction((tx) => accounts.setPreferences(tx, person.id, preferences));
  const account = await accounts.find(person.id);
  if (account === undefined) throw new Error('no account');

  const begun = await factorJourney.begin(account, Math.floor(Date.now() / 1000) + 2, 'one');
  const found = await factorJourney.find(begun.flowToken, 'one');
  if (found === undefined) throw new Error('no journey');
  expect(await factorJourney.complete(found, { remember: false, deviceCookie }, visit)).toMatchObject({
    outcome: 'kept',
  });
  const events = nativeCollection<{ isNewDevice?: boolean }>(idp.connection, 'journal');
  const event = await events.findOne({ accountId: person.id, type: 'sign-in' });
  return { isNew: event?.isNewDevice === true, told: (await noticesTo(idp, person.phone)).map(({ text }) => text) };
};

it('an unknown browser is told', async () => {
  const { isNew, told } = await signIn({ isKnown: false });
  expect([isNew, told]).toEqual([true, [expect.stringContaining('new device')]]);
});

it('a known one is not', async () => {
  expect(await signIn({ isKnown: true })).toEqual({ isNew: false, told: [] });
});

it('a known one is told as such to whoever wants to hear of every sign-in', async () => {
  const { isNew, told } = await signIn({ isKnown: true, wants: 'every' });
  expect([isNew, told.length, told[0]?.includes('new device')]).toEqual([false, 1, false]);
});
