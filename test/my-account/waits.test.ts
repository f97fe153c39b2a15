// Every wait of the account by the clock, a minute before and a minute after: what is not over yet holds, what is over does not.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canRecoverWith } from '../../src/accounts/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { contactOf, fresh, noticesTo, openContacts, prove, removeContact, type Kind } from '../support/contacts.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { readOutbox } from '../support/new-device.ts';
import { recoverUpTo } from '../support/recovery.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { newReadyPerson, pathOf, type ReadyPerson } from '../support/pin-setting.ts';
import { failuresOf } from '../support/step-up.ts';

const hours = 60;
const day = 24 * hours;

let idp: TestCivicId;
let movedBy: number;
beforeEach(async () => {
  idp = await startCivicId(); // with a clock of its own
  movedBy = 0;
});
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await idp.stop();
});

const age = async (minutes: number): Promise<void> => {
  movedBy += minutes;
  await idp.age(minutes);
};
const kinds: readonly Kind[] = ['phone', 'email'];
const linkTo = async (to: string): Promise<string> => linkIn((await noticesTo(idp, to))[0]?.text ?? '');
const keeperOf = async (kind: Kind, value: string) => (await idp.app.services.accounts.findHolder({ kind, value }))?.id;

describe.each(kinds)('a %s that was removed', (kind) => {
  it('comes back at 71:59, and not at 72:01, when it is free', async () => {
    const [early, late] = [await openContacts(idp), await openContacts(idp)];
    for (const visit of [early, late]) await removeContact(visit, kind);
    const [earlyLink, lateLink] = [await linkTo(early.person[kind]), await linkTo(late.person[kind])];
    await age(72 * hours - 1);
    expect(await keeperOf(kind, late.person[kind])).toBe(late.person.id);
    expect(titleOf(await pressNotMe(idp, earlyLink))).toContain('secured');
    expect(await contactOf(idp, early.person, kind)).toMatchObject({ value: early.person[kind] });

    await age(2);
    expect(titleOf(await createBrowserAgent(idp.issuer).open(lateLink))).toContain('no longer works');
    expect(await contactOf(idp, late.person, kind)).toBeUndefined();
    expect(await keeperOf(kind, late.person[kind])).toBeUndefined();
  });
});

describe.each(kinds)('a new %s', (kind) => {
  it('recovers nothing at 23:59, and does at 24:01, however often it is signed in with', async () => {
    const visit = await openContacts(idp);
    const value = fresh(kind);
    await prove(idp, visit, kind, value);
    const canRecover = async (): Promise<boolean> => {
      const contact = await contactOf(idp, visit.person, kind);
      return contact !== undefined && canRecoverWith(contact, new Date(Date.now() + movedBy * 60_000));
    };
    expect(await canRecover()).toBe(false);
    await age(day - 1);
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.submit(await agent.open('/account'), {
      identifier: value,
      password: visit.person.password,
    });
    expect([pathOf(page), await canRecover()]).toEqual(['/account', false]);
    await age(2);
    expect(await canRecover()).toBe(true);
  });
});

it.each(kinds)('a new %s gets no code for a new password at 23:59, and one at 24:01', async (kind) => {
  const anna = citizen('anna');
  const person = { ...anna, phone: String(anna.phone), email: String(anna.email) };
  const value = fresh(kind);
  await prove(idp, await openContacts(idp, person), kind, value);
  await age(day - 1);
  const codeOf = async (): Promise<string> => {
    await recoverUpTo(idp, anna, 'code', { contact: value });
    return (await readOutbox(idp)).find(({ to, purpose }) => to === value && purpose === 'recovery')?.code ?? 'none';
  };
  expect(await codeOf()).toBe('none');
  await age(2);
  expect(await codeOf()).toMatch(/^\d{6}$/);
});

describe('an account that is leaving', () => {
  const leave = async (): Promise<ReadyPerson> => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await openAccount(idp, person, { path: '/account/delete' });
    const account_digits = (await idp.app.services.accounts.find(person.id))?.accountNumber.slice(-4) ?? '';
    expect(pathOf(await agent.submit(page, { account_digits }))).toBe('/account/delete/asked');
    return person;
  };
  const signIn = async (person: ReadyPerson) => {
    const agent = createBrowserAgent(idp.issuer);
    return { agent, page: await typeCredentials(agent, await agent.open('/account'), person) };
  };

  it('is there at 6 days 23:59, and whoever signs in keeps it; at 7 days 00:01 there is nobody, swept or not', async () => {
    const [kept, gone] = [await leave(), await leave()];
    await age(7 * day - 1);
    await idp.app.rules.sweeper.sweep();
    const { agent, page } = await signIn(kept);
    expect(titleOf(page)).toContain('Somebody asked to delete this account');
    expect(titleOf(await agent.submit(page, {}))).toContain('The account stays');
    const standing = await signIn(gone);
    expect(titleOf(standing.page)).toContain('Somebody asked to delete this account');

    await age(2);
    expect(titleOf(await standing.agent.submit(standing.page, {}))).not.toContain('The account stays');
    const late = await signIn(gone);
    expect([late.page.status, titleOf(late.page)]).toEqual([422, expect.stringContaining('Sign in')]);
    expect((await idp.app.services.accounts.find(gone.id))?.state).toBe('leaving');
    await idp.app.rules.sweeper.sweep();
    expect(await idp.app.services.accounts.find(gone.id)).toBeUndefined();
    expect(titleOf((await openAccount(idp, kept)).page)).toContain('Hello');
  });
});
