// "This was not me" and a password change at the same moment: whichever comes first, no password of that moment opens the account, and nobody is left in it.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf } from '../support/browser-agent.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';

const fresh = 'eleven violet kettles';
const visit = { clientId: undefined, requestId: 'AAAAA-22222', network: '192.0.2.0/24', device: 'unknown' };

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

it.each([0, 2, 5, 8, 12, 20])('leaves nobody in and no password right (%i ms apart)', async (apart) => {
  const person = await newPerson(two.instances[0]);
  const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
  const { action, hidden } = readForm((await agent.open('/account/password')).html);
  const typed = { password: person.password, new_password: fresh, new_password_again: fresh };

  const changing = agent.post(action, new URLSearchParams({ ...hidden, ...typed }).toString());
  await sleep(apart);
  const event = { kind: 'sign-in', at: new Date(), requestId: null };
  await two.instances[1].app.rules.notMe.report(person.id, event, visit);
  expect([303, 422]).toContain((await changing).status);

  expect((await agent.get('/account')).status).toBe(303);
  for (const password of [person.password, fresh]) {
    const { page } = await openAccount(two, { ...person, password }, { agent: two.newBrowser() });
    expect(titleOf(page)).toContain('Sign in');
  }
});
