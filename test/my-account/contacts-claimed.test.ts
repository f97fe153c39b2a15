// One contact that several want at one moment: by registration and by a change, by whoever had it and by whoever proves it next, on two instances.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { contactOf, give, newEmail, newPhone, noticesTo } from '../support/contacts.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { linkIn } from '../support/not-me.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { answerUpTo } from '../support/registration.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(async () => {
  expect(two.failures()).toEqual([]);
  for (const name of ['code_sends', 'attempts']) await nativeCollection(two.connection, name).deleteMany({});
});
afterAll(() => two.stop());

const holderOf = async (value: string) => {
  const kind = value.includes('@') ? 'email' : 'phone';
  return (await two.instances[0].app.services.accounts.findByIdentifier({ kind, value }))?.id;
};
const accountsWith = (field: string, value: string) =>
  nativeCollection(two.connection, 'accounts').countDocuments({ [`${field}.value`]: value });

/** Somebody who has only to type the code of a new contact; at one instance. */
const beforeCode = async (kind: 'phone' | 'email', value: string, at: 0 | 1) => {
  const person = await newReadyPerson(two.instances[0]);
  const agent = two.newBrowser({ origin: two.origins[at] });
  await openAccount({ issuer: two.issuer }, person, { path: '/account/contacts', agent });
  const page = await give({ agent }, kind, value);
  const code = await lastCodeTo(two.instances[0], value);
  return { person, finish: () => agent.submit(page, { code }) };
};

describe('a phone that somebody registers with and somebody else changes to', () => {
  it.each([0, 2, 5, 10, 20])('is one person’s, and the other is told in words (%i ms apart)', async (apart) => {
    const value = newPhone();
    const newcomer = two.newBrowser({ origin: two.origins[1] });
    const check = await answerUpTo(two.instances[0], 'check', { agent: newcomer, contact: value });
    await forgetSends(two.instances[0]);
    const { person, finish } = await beforeCode('phone', value, 0);
    const [registered, changed] = await Promise.all([
      newcomer.submit(check, { terms: 'yes' }),
      sleep(apart).then(finish),
    ]);
    const isChanged = (await contactOf(two.instances[0], person, 'phone'))?.value === value;
    expect(await accountsWith('phone', value)).toBe(1);
    expect((await holderOf(value)) === person.id).toBe(isChanged);
    expect(titleOf(registered)).toContain(isChanged ? 'You already have an account' : 'Your account is ready');
    expect(wordsOf(changed)).toContain(isChanged ? 'The phone is changed' : 'it was confirmed for another account');
  });
});

describe('an e-mail whose time to come back ends, by clocks that are five minutes apart', () => {
  beforeAll(() => two.instances[0].age(5));

  /** It was changed almost 72 hours ago: by the clock that is ahead it is free. */
  const nearlyOver = async () => {
    const { person, finish } = await beforeCode('email', newEmail(), 1);
    await finish();
    const link = linkIn((await noticesTo(two.instances[0], person.email))[0]?.text ?? '');
    const soon = new Date(Date.now() + 2 * 60_000);
    await nativeCollection(two.connection, 'contact_changes').updateMany(
      { accountId: person.id },
      { $set: { revertUntil: soon } },
    );
    await nativeCollection<{ _id: string }>(two.connection, 'identifiers').updateOne(
      { _id: `email:${person.email}` },
      { $set: { keptUntil: soon } },
    );
    await forgetSends(two.instances[0]);
    const agent = two.newBrowser({ origin: two.origins[1] });
    const page = await agent.open(link);
    return { person, press: () => agent.submit(page, {}) };
  };

  it('and that is somebody else’s by now does not come back, and all else of “this was not me” is done', async () => {
    const { person, press } = await nearlyOver();
    const next = await beforeCode('email', person.email, 0);
    expect(wordsOf(await next.finish())).toContain('The e-mail is changed');
    expect(titleOf(await press())).toContain('secured');
    const account = await two.instances[0].app.services.accounts.find(person.id);
    expect(account?.passwordVerifier).toBeUndefined();
    expect(account?.email?.value).not.toBe(person.email);
    expect(await holderOf(person.email)).toBe(next.person.id);
    expect(await holderOf(account?.email?.value ?? '')).toBe(person.id);
  });

  it.each([0, 2, 4, 8, 12, 20])('is one person’s, and the account is secured (%i ms apart)', async (apart) => {
    const { person, press } = await nearlyOver();
    const next = await beforeCode('email', person.email, 0);
    const [secured] = await Promise.all([press(), sleep(apart).then(next.finish)]);
    expect(titleOf(secured)).toContain('secured');
    expect(await accountsWith('email', person.email)).toBe(1);
    const owner = await holderOf(person.email);
    const isBack = (await contactOf(two.instances[0], person, 'email'))?.value === person.email;
    expect(owner).toBe(isBack ? person.id : next.person.id);
  });
});
