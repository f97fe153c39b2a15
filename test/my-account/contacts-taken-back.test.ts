// ATT-R12: for 72 hours whoever holds the old contact puts it back by "this was not me"; later nobody does.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  contactOf,
  eventsOf,
  fresh,
  newEmail,
  newPhone,
  noticesTo,
  openContacts,
  prove,
  removeContact,
  type Kind,
} from '../support/contacts.ts';
import { openAccount } from '../support/account.ts';
import { give } from '../support/contacts.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await forgetSends(idp);
});
afterAll(() => idp.stop());

const kinds: readonly Kind[] = ['phone', 'email'];
const hours = 60;
const linkTo = async (to: string): Promise<string> => linkIn((await noticesTo(idp, to))[0]?.text ?? '');
const holderOf = async (kind: Kind, value: string) =>
  (await idp.app.services.accounts.findByIdentifier({ kind, value }))?.id;
const keeperOf = async (kind: Kind, value: string) => (await idp.app.services.accounts.findHolder({ kind, value }))?.id;
const changesOf = ({ id }: { id: string }) =>
  nativeCollection(idp.connection, 'contact_changes').countDocuments({ accountId: id });

describe.each(kinds)('a changed %s', (kind) => {
  const change = async () => {
    const visit = await openContacts(idp);
    const value = fresh(kind);
    await prove(idp, visit, kind, value);
    return { ...visit, value, link: await linkTo(visit.person[kind]) };
  };

  it('comes back at 71:59, with its right to sign in, and the new one is nobody’s any more', async () => {
    const { person, value, link } = await change();
    const before = await contactOf(idp, person, kind);
    await idp.age(72 * hours - 1);
    expect(titleOf(await pressNotMe(idp, link))).toContain('secured');
    expect(await contactOf(idp, person, kind)).toMatchObject({ value: person[kind] });
    expect((await contactOf(idp, person, kind))?.recoversFrom).toBeUndefined();
    expect(await holderOf(kind, person[kind])).toBe(person.id);
    expect(await keeperOf(kind, value)).toBeUndefined();
    expect(before?.value).toBe(value);
    expect(await eventsOf(idp, person)).toEqual(['contact-changed', 'not-me', 'contact-reverted']);
    expect(await changesOf(person)).toBe(0);
  });

  it('does not come back at 72:01, by its own link or by anything later, and is free for whoever proves it', async () => {
    const { person, value, link } = await change();
    await idp.age(72 * hours + 1);
    expect(titleOf(await createBrowserAgent(idp.issuer).open(link))).toContain('no longer works');
    const { accounts, inTransaction } = idp.app.services;
    expect(await inTransaction((tx) => accounts.restoreContacts(tx, person.id))).toBe(false);
    expect(await contactOf(idp, person, kind)).toMatchObject({ value });
    expect(await keeperOf(kind, person[kind])).toBeUndefined();
    const next = await openContacts(idp);
    await forgetSends(idp);
    await prove(idp, next, kind, person[kind]);
    expect(await holderOf(kind, person[kind])).toBe(next.person.id);
  });

  it('is nobody else’s while it is kept, and tells nobody more than any taken one does', async () => {
    const { person } = await change();
    const next = await openContacts(idp);
    await forgetSends(idp);
    const page = await give(next, kind, person[kind]);
    expect(page.status).toBe(200);
    expect(await lastCodeTo(idp, person[kind])).toBe('');
    expect(await contactOf(idp, next.person, kind)).toMatchObject({ value: next.person[kind] });
  });

  it('tells what happened to the one that came back', async () => {
    const { person, link } = await change();
    await pressNotMe(idp, link);
    expect((await noticesTo(idp, person[kind]))[0]?.text).toMatch(/[Tt]his was not (me|you)/);
  });
});

it('two changes in a row lead back to the first, whichever link is pressed', async () => {
  const visit = await openContacts(idp);
  const [one, two] = [newEmail(), newEmail()];
  await prove(idp, visit, 'email', one);
  await idp.age(10);
  const proof = await visit.agent.open('/account/contacts/email');
  await visit.agent.submit(proof, { password: visit.person.password });
  await prove(idp, visit, 'email', two);
  await pressNotMe(idp, await linkTo(two));
  expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
  for (const value of [one, two]) expect(await keeperOf('email', value)).toBeUndefined();
});

it('both contacts that a stranger changed come back by one press', async () => {
  const visit = await openContacts(idp);
  await prove(idp, visit, 'email', newEmail());
  await prove(idp, visit, 'phone', newPhone());
  await pressNotMe(idp, await linkTo(visit.person.email));
  expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
  expect(await contactOf(idp, visit.person, 'phone')).toMatchObject({ value: visit.person.phone });
});

it('a removed one comes back', async () => {
  const visit = await openContacts(idp);
  await removeContact(visit, 'phone');
  await pressNotMe(idp, await linkTo(visit.person.phone));
  expect(await contactOf(idp, visit.person, 'phone')).toMatchObject({ value: visit.person.phone });
  expect(await holderOf('phone', visit.person.phone)).toBe(visit.person.id);
});

it('one that was added goes', async () => {
  const person = await newPerson(idp);
  const { agent } = await openAccount(idp, person, { path: '/account/contacts' });
  const value = newPhone();
  await prove(idp, { agent, person: { ...person, phone: value, email: String(person.email) } }, 'phone', value);
  await pressNotMe(idp, await linkTo(String(person.email)));
  expect(await contactOf(idp, person, 'phone')).toBeUndefined();
  expect(await keeperOf('phone', value)).toBeUndefined();
});

it('the page says so before the button and after it', async () => {
  const visit = await openContacts(idp);
  await prove(idp, visit, 'email', newEmail());
  const link = await linkTo(visit.person.email);
  expect(wordsOf(await visit.agent.open(link))).toContain('will be as before');
  expect(wordsOf(await pressNotMe(idp, link))).toContain('is as before');
});
