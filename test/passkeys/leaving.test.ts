// An account that is to be deleted is kept with a passkey too: it meets the one question that the password meets, and opens nothing else.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { askForDeletion } from '../support/leaving.ts';
import { personWithPasskey, signInWithPasskey } from '../support/passkeys.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const leavingPerson = async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  await askForDeletion(idp, person);
  const stateOf = async () => (await idp.app.services.accounts.find(person.id))?.state;
  return { authenticator, stateOf };
};

it('is kept by whoever signs in with a passkey', async () => {
  const { authenticator, stateOf } = await leavingPerson();
  const { agent, page } = await signInWithPasskey(idp, authenticator);
  expect(titleOf(page)).toContain('Somebody asked to delete this account');
  expect((await agent.get('/account')).status).toBe(303);
  expect(titleOf(await agent.submit(page, {}))).toContain('The account stays');
  expect(await stateOf()).toBe('active');
  expect((await agent.get('/account')).status).toBe(303);
  expect(titleOf((await signInWithPasskey(idp, authenticator)).page)).toContain('Роза');
});

it('is nobody’s for a passkey that says that it was copied', async () => {
  const { authenticator } = await leavingPerson();
  await signInWithPasskey(idp, authenticator, { counter: 9 });
  const { page } = await signInWithPasskey(idp, authenticator, { counter: 3 });
  expect(page.status).toBe(422);
});
