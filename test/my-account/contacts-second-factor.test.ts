// The phone that codes by SMS go to takes that second step with it: nothing half of it stays, the page says so before, and the person hears of it.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPhone, noticesTo, openContacts, prove, removeContact } from '../support/contacts.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
beforeEach(() => forgetSends(idp));
afterAll(() => idp.stop());

const path = '/account/contacts/phone/remove';
const eventsOf = async (accountId: string): Promise<string[]> => {
  const events = { accountId, type: /^factor-removed|^contact/ };
  const rows = nativeCollection<{ type: string }>(idp.connection, 'journal').find(events).sort({ type: 1 });
  return (await rows.toArray()).map(({ type }) => type);
};
const switchOn = async (accountId: string): Promise<void> => {
  const { secondFactors, inTransaction } = idp.app.services;
  await inTransaction((tx) => secondFactors.sms.switchOn(tx, accountId));
};

it('where it is the last, it goes with its recovery codes, and comes back with no other phone', async () => {
  const person = await newReadyPerson(idp);
  const { secondFactors, inTransaction } = idp.app.services;
  await switchOn(person.id);
  await inTransaction((tx) => secondFactors.recoveryCodes.replace(tx, person.id, secondFactors.recoveryCodes.draw()));
  const { agent, page } = await openAccount(idp, person, { path });
  const sent = await agent.submit(page, { action: 'send' });
  const removal = await agent.submit(sent, { code: await lastCodeTo(idp, person.phone) });
  expect(wordsOf(removal)).toContain('This is your last second step');

  expect(wordsOf(await agent.submit(removal, {}))).toContain('removed');
  expect(await eventsOf(person.id)).toEqual(['contact-removed', 'factor-removed']);
  const subjects = (await noticesTo(idp, person.email)).map(({ subject }) => subject);
  expect(subjects).toEqual(expect.arrayContaining([expect.stringContaining('econd step')]));
  for (const collection of ['sms_factors', 'recovery_codes']) {
    const rows = nativeCollection<{ _id: string }>(idp.connection, collection);
    expect(await rows.countDocuments({ _id: person.id })).toBe(0);
  }

  await forgetSends(idp);
  await prove(idp, { person, agent }, 'phone', newPhone());
  expect((await secondFactors.of(person.id)).sms).toBe(false);
});

it('where another stays, that one and the recovery codes stay too', async () => {
  const { person } = await newPersonWithApp(idp);
  await switchOn(person.id);
  const { agent, page } = await openAccount(idp, person, { path });
  const removal = await agent.submit(page, { code: appCode(person.secret) });
  expect(titleOf(removal)).toContain('Remove');
  expect(wordsOf(removal)).toContain('Codes by SMS at sign-in will be switched off');
  expect(wordsOf(removal)).not.toContain('your last second step');
  await agent.submit(removal, {});
  const left = await idp.app.services.secondFactors.of(person.id);
  expect(left).toMatchObject({ totp: true, sms: false, recoveryCodesLeft: 10 });
});

it('where it is none, nothing is said of it, and an e-mail takes nothing with it', async () => {
  const visit = await openContacts(idp);
  expect(wordsOf(await visit.agent.open(path))).not.toMatch(/second step|switched off/);
  await removeContact(visit, 'phone');
  expect(await eventsOf(visit.person.id)).toEqual(['contact-removed']);

  const { person } = await newPersonWithApp(idp);
  await switchOn(person.id);
  const mail = await openAccount(idp, person, { path: '/account/contacts/email/remove' });
  await mail.agent.submit(await mail.agent.submit(mail.page, { code: appCode(person.secret) }), {});
  expect((await idp.app.services.secondFactors.of(person.id)).sms).toBe(true);
});
