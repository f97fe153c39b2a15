// What makes an account safe again: no password is right, no browser is remembered, the PIN is locked, and what does much harm waits.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tx } from '../../src/mongo/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const within = (work: (tx: Tx) => Promise<void>): Promise<void> => idp.app.services.inTransaction(work);
const hours = (count: number): Date => new Date(Date.UTC(2030, 0, 1, count));

it('a password that was voided is gone from the database, and a verifier compared before cannot be replaced', async () => {
  const { accounts, passwords } = idp.app.services;
  const { id } = await newPerson(idp);
  const compared = (await accounts.find(id))?.passwordVerifier;
  await within((tx) => accounts.voidPassword(tx, id));
  expect((await accounts.find(id))?.passwordVerifier).toBeUndefined();

  if (compared === undefined) throw new Error('no password to begin with');
  await accounts.replaceVerifier(id, compared, await passwords.makeVerifier('another-password'));
  expect((await accounts.find(id))?.passwordVerifier).toBeUndefined();
});

it('a hold is prolonged and never shortened', async () => {
  const { accounts } = idp.app.services;
  const { id } = await newPerson(idp);
  expect((await accounts.find(id))?.highRiskHeldUntil).toBeUndefined();
  for (const [asked, held] of [
    [24, 24],
    [3, 24],
    [48, 48],
  ] as const) {
    await within((tx) => accounts.holdHighRisk(tx, id, hours(asked)));
    expect((await accounts.find(id))?.highRiskHeldUntil).toEqual(hours(held));
  }
});

it('all browsers of a person are forgotten, and nobody else’s', async () => {
  const { devices } = idp.app.services;
  const [one, other] = [await newPerson(idp), await newPerson(idp)];
  const [first, second, third] = [devices.draw(undefined), devices.draw(undefined), devices.draw(undefined)];
  await within(async (tx) => {
    await devices.remember(tx, one.id, 'Chrome, Windows', first);
    await devices.remember(tx, one.id, 'Safari, iOS', second);
    await devices.remember(tx, other.id, 'Firefox, Linux', third);
  });
  expect(await devices.isKnown(one.id, second)).toBe(true);
  await within(async (tx) => {
    await devices.forgetAll(tx, one.id);
  });
  expect(await devices.isKnown(one.id, first)).toBe(false);
  expect(await devices.isKnown(one.id, second)).toBe(false);
  expect(await devices.isKnown(other.id, third)).toBe(true);
});

it('a PIN is locked in the transaction of its cause, or not at all; where there is none, nothing happens', async () => {
  const { pin } = idp.app.rules;
  const [withPin, without] = [await newPerson(idp), await newPerson(idp)];
  await pin.add(withPin.id, '2580');
  const undone = within(async (tx) => {
    await pin.lock(withPin.id, tx);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await pin.stateOf(withPin.id)).toBe('usable');

  await within(async (tx) => {
    await pin.lock(withPin.id, tx);
    await pin.lock(without.id, tx);
  });
  expect(await pin.stateOf(withPin.id)).toBe('locked');
  expect(await pin.check(withPin.id, '2580')).toEqual({ outcome: 'locked', justNow: false });
  expect(await pin.stateOf(without.id)).toBe('none');
});
