// PIN-14: a PIN that wrong tries lock ends what waits for it, and is told on every contact, once.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen } from '../support/people.ts';
import { readOutbox } from '../support/new-device.ts';
import { askForPin, hasPinField, pinEventsOf, signInWithPin, wrongPin } from '../support/step-up.ts';
import { titleOf } from '../support/browser-agent.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

it('PIN-14 the lock is told by SMS and e-mail, stands in the journal once, and ends every request that waits', async () => {
  const anna = citizen('anna');
  const visit = await signInWithPin(idp, { person: anna });
  const [waiting, tried] = [await askForPin(visit), await askForPin(visit)];
  for (let turn = 0; turn < 3; turn += 1) await idp.app.rules.pin.check(anna.id, wrongPin);
  let page = tried.page;
  for (let turn = 0; turn < 2; turn += 1) page = await visit.agent.submit(page, { pin: wrongPin });
  expect(titleOf(page)).toContain('Your PIN is locked');
  await Promise.all(Array.from({ length: 10 }, () => idp.app.rules.pin.check(anna.id, wrongPin)));

  expect((await pinEventsOf(idp, anna)).filter((type) => type === 'pin-locked')).toEqual(['pin-locked']);
  const told = (await readOutbox(idp)).filter(({ purpose }) => purpose === 'notice');
  expect(told.map(({ channel, to }) => `${channel} ${to}`).sort()).toEqual([
    `email ${String(anna.email)}`,
    `sms ${String(anna.phone)}`,
  ]);
  expect(told.every(({ text }) => text.includes('ПИН-код'))).toBe(true);

  const other = await visit.agent.open(waiting.page.url);
  expect([hasPinField(other), titleOf(other)]).toEqual([false, expect.stringContaining('Your PIN is locked')]);
});
