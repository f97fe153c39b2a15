// Whoever stands on a later page of a sign-in, or in the middle of a change, when the deletion is asked for gets no further.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { contactOf, give, newEmail, noticesTo, prove } from '../support/contacts.ts';
import { askForDeletion } from '../support/leaving.ts';
import { forgetSends, lastCodeTo, typePassword } from '../support/new-device.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
import { answerAt, failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await forgetSends(idp);
});
afterAll(() => idp.stop());

const stateOf = async ({ id }: ReadyPerson) => (await idp.app.services.accounts.find(id))?.state;

describe('whoever stands', () => {
  it('before the code of a new device is not signed in by it', async () => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await typePassword(idp, person);
    const code = await lastCodeTo(idp, person.phone);
    await askForDeletion(idp, person);
    const after = await agent.submit(page, { code });
    expect([answerAt(after), titleOf(after)]).toEqual([undefined, expect.stringContaining('Sign in')]);
    expect((await agent.get('/account')).status).toBe(303);
    expect(await stateOf(person)).toBe('leaving');
  });

  it('before the second factor is not signed in by it', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent, page } = await typePassword(idp, person);
    await askForDeletion(idp, person);
    const after = await agent.submit(page, { code: appCode(person.secret) });
    expect([answerAt(after), titleOf(after)]).toEqual([undefined, expect.stringContaining('Sign in')]);
    expect((await agent.get('/account')).status).toBe(303);
  });

  it('before the code of a new contact changes none', async () => {
    const person = await newReadyPerson(idp);
    const first = await typePassword(idp, person);
    await first.agent.submit(first.page, { code: await lastCodeTo(idp, person.phone), remember_browser: 'yes' });
    const { agent } = first;
    await agent.open('/account/contacts');
    const value = newEmail();
    const page = await give({ agent }, 'email', value);
    await askForDeletion(idp, person);
    await agent.submit(page, { code: await lastCodeTo(idp, value) });
    expect(await contactOf(idp, person, 'email')).toMatchObject({ value: person.email });
    expect(await idp.app.services.accounts.findHolder({ kind: 'email', value })).toBeUndefined();
  });
});

it('a stranger who changed the contact and then asked for the deletion loses both by one press of the old contact', async () => {
  const person = await newReadyPerson(idp);
  const first = await typePassword(idp, person);
  await first.agent.submit(first.page, { code: await lastCodeTo(idp, person.phone), remember_browser: 'yes' });
  await first.agent.open('/account/contacts');
  const theirs = newEmail();
  await prove(idp, { person, agent: first.agent }, 'email', theirs);
  const link = linkIn((await noticesTo(idp, person.email))[0]?.text ?? '');
  await askForDeletion(idp, person);
  const told = (await noticesTo(idp, person.email)).map(({ text }) => text).join();
  expect(told).not.toContain('asked to delete'); // that went to the phone and to the stranger
  expect(titleOf(await pressNotMe(idp, link))).toContain('secured');
  expect(await stateOf(person)).toBe('active');
  expect(await contactOf(idp, person, 'email')).toMatchObject({ value: person.email });
  await idp.age(7 * 24 * 60 + 1);
  await idp.app.rules.sweeper.sweep();
  expect(await stateOf(person)).toBe('active');
});
