// A stranger who has set up an app of their own would shut the person out for good: what was added in the last 72 hours goes, what is older stays.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPersonWithApp } from '../support/second-factor.ts';

const hourMilliseconds = 3_600_000;
const visit = { clientId: undefined, requestId: 'AAAAA-22222', network: '192.0.2.0/24', device: 'unknown' };

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const report = (accountId: string) =>
  idp.app.rules.notMe.report(accountId, { kind: 'factor-added', at: new Date(), requestId: null }, visit);
const factorsOf = async (accountId: string) => {
  const { totp, sms, recoveryCodesLeft } = await idp.app.services.secondFactors.of(accountId);
  return { totp, sms, recoveryCodesLeft };
};
const makeOlder = async (accountId: string, hours: number): Promise<void> => {
  const at = new Date(Date.now() - hours * hourMilliseconds);
  const change = { $set: { confirmedAt: at, switchedOnAt: at, madeAt: at } };
  for (const name of ['totp_factors', 'sms_factors', 'recovery_codes'])
    await nativeCollection<{ _id: string }>(idp.connection, name).updateOne({ _id: accountId }, change);
};
const somebody = async () => {
  const { person } = await newPersonWithApp(idp);
  const { inTransaction, secondFactors } = idp.app.services;
  await inTransaction((tx) => secondFactors.sms.switchOn(tx, person.id));
  return person.id;
};

it('takes away the app, the SMS and the recovery codes that were added within 72 hours', async () => {
  const id = await somebody();
  await makeOlder(id, 71.9);
  await report(id);
  expect(await factorsOf(id)).toEqual({ totp: false, sms: false, recoveryCodesLeft: 0 });
});

it('leaves those that are older', async () => {
  const id = await somebody();
  await makeOlder(id, 72.1);
  await report(id);
  expect(await factorsOf(id)).toEqual({ totp: true, sms: true, recoveryCodesLeft: 10 });
});
