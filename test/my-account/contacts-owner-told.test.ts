// Whose contact somebody else claims hears of it, in their language, and in a day no oftener than five times, whoever claims it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { give, openContacts, type Kind } from '../support/contacts.ts';
import { readOutbox } from '../support/new-device.ts';
import { newReadyPerson } from '../support/pin-setting.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const toldOf = async (to: string) =>
  (await readOutbox(idp)).filter(
    ({ to: whom, purpose, code }) => whom === to && purpose === 'contact' && code === null,
  );

const words = { phone: 'этот номер уже в другой учётной записи', email: 'она уже указана в другой' } as const;

it.each<Kind>(['phone', 'email'])('the owner of a claimed %s', async (kind) => {
  const owner = await newReadyPerson(idp, { profile: { locale: 'ru' } });
  for (let turn = 0; turn < 8; turn += 1) {
    await nativeCollection(idp.connection, 'sms_counts').deleteMany({}); // it is about this contact alone
    const page = await give(await openContacts(idp), kind, owner[kind]);
    expect(page.status).toBe(200);
    await idp.age(10);
  }
  const told = await toldOf(owner[kind]);
  expect(told).toHaveLength(5);
  for (const { text } of told) expect(text).toContain(words[kind]);

  await idp.age(24 * 60);
  await give(await openContacts(idp), kind, owner[kind]);
  expect(await toldOf(owner[kind])).toHaveLength(6);
});
