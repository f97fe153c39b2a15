// A stolen cookie is worth nothing once the session has a new one, however the thief times what is under way.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { failuresOf } from '../support/step-up.ts';

const fresh = 'eleven violet kettles';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const changePassword = async (agent: BrowserAgent, password: string): Promise<void> => {
  const page = await agent.open('/account/password');
  const typed = { password, new_password: fresh, new_password_again: fresh };
  expect(titleOf(await agent.submit(page, typed))).toContain('Security');
};

it('is not revived by a request that read the session before the change and writes it back after', async () => {
  const person = await newPerson(idp);
  const { agent } = await openAccount(idp, person);
  const stolen = { Cookie: agent.cookieFor('/account') };
  const value = /civic_session=([^;]+)/.exec(stolen.Cookie)?.[1] ?? '';
  const sessions = idp.app.services.modelStore.adapterFor('Session');

  const read = await sessions.find(value);
  if (read === undefined) throw new Error('no session behind the cookie');
  await changePassword(agent, person.password);
  await sessions.upsert(value, read, 3600); // as the engine ends every request for authorization

  expect((await createBrowserAgent(idp.issuer).get('/account', stolen)).status).toBe(303);
  expect((await agent.get('/account')).status).toBe(200);
});

it('stays dead however many requests for authorization are under way with it', async () => {
  const person = await newPerson(idp);
  const { agent } = await openAccount(idp, person);
  const stolen = { Cookie: agent.cookieFor('/account') };
  const way = await createBrowserAgent(idp.issuer).get('/account');
  const address = `${way.headers['location']}&prompt=none`;

  let isChanged = false;
  const knock = async (): Promise<void> => {
    while (!isChanged) await createBrowserAgent(idp.issuer).get(address, stolen);
  };
  const thieves = Array.from({ length: 12 }, knock);
  await changePassword(agent, person.password);
  isChanged = true;
  await Promise.all(thieves);
  expect((await createBrowserAgent(idp.issuer).get('/account', stolen)).status).toBe(303);
});

it('costs its owner nothing: what is under way in another tab leaves the new cookie alone', async () => {
  const person = await newPerson(idp);
  const { agent } = await openAccount(idp, person);
  const way = await createBrowserAgent(idp.issuer).get('/account');
  const address = `${way.headers['location']}&prompt=none`;

  let isChanged = false;
  const visit = async (): Promise<void> => {
    while (!isChanged) await agent.get(address);
  };
  const tabs = Array.from({ length: 12 }, visit);
  await changePassword(agent, person.password);
  isChanged = true;
  await Promise.all(tabs);
  expect((await agent.get('/account')).status).toBe(200);
});
