// ATT-R12, 6.3.7: a contact is added, confirmed, changed and removed by its own person, proved by a code to the new one, and told to the old one too.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  contactOf,
  eventsOf,
  fresh,
  give,
  newEmail,
  newPhone,
  noticesTo,
  openContacts,
  prove,
  removeContact,
  signsInWith,
  type Kind,
} from '../support/contacts.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { openAccount } from '../support/account.ts';
import { newReadyPerson, pathOf } from '../support/pin-setting.ts';
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
const csrfOf = ({ html }: PageView): string => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
const cookieOf = (agent: BrowserAgent, name: string): string =>
  agent
    .cookieFor('/account')
    .split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`)) ?? '';
const accounts = () => nativeCollection<{ _id: string }>(idp.connection, 'accounts');

describe.each(kinds)('changing the %s', (kind) => {
  const other = kind === 'phone' ? 'email' : 'phone';

  it('asks for a code to the new one, and from then on signs in with it and no longer with the old one', async () => {
    const visit = await openContacts(idp);
    const value = fresh(kind);
    const code = await give(visit, kind, value);
    expect([pathOf(code), titleOf(code)]).toEqual([
      '/account/contacts/code',
      expect.stringContaining('Enter the code'),
    ]);
    expect((await contactOf(idp, visit.person, kind))?.value).toBe(visit.person[kind]);

    const done = await visit.agent.submit(code, { code: await lastCodeTo(idp, value) });
    expect([done.status, pathOf(done), wordsOf(done).includes('is changed')]).toEqual([200, '/account/contacts', true]);
    expect(await contactOf(idp, visit.person, kind)).toMatchObject({ value });
    expect(await signsInWith(idp, visit.person, value)).toBe(true);
    expect(await signsInWith(idp, visit.person, visit.person[kind])).toBe(false);
    expect(await signsInWith(idp, visit.person, visit.person[other])).toBe(true);
    expect(await eventsOf(idp, visit.person)).toEqual(['contact-changed']);
  });

  it('tells the old one, the new one and the other, each with the link behind "this was not me"', async () => {
    const visit = await openContacts(idp);
    const value = fresh(kind);
    await prove(idp, visit, kind, value);
    for (const to of [visit.person[kind], value, visit.person[other]]) {
      const told = await noticesTo(idp, to);
      expect(told.map(({ text }) => /\/not-me\/[\w-]{22}/.test(text))).toEqual([true]);
      expect(told[0]?.text).toContain(kind === 'phone' ? 'phone' : 'e-mail');
    }
  });

  it('sends the old one nothing more: the next notice goes to the new one alone', async () => {
    const visit = await openContacts(idp);
    const [value, another] = [fresh(kind), fresh(other)];
    await prove(idp, visit, kind, value);
    await prove(idp, visit, other, another);
    expect(await noticesTo(idp, visit.person[kind])).toHaveLength(1);
    expect(await noticesTo(idp, value)).toHaveLength(2);
  });

  it('gives the new one no say in recovery for 24 hours', async () => {
    const visit = await openContacts(idp);
    await prove(idp, visit, kind, fresh(kind));
    const contact = await contactOf(idp, visit.person, kind);
    const after = (contact?.recoversFrom?.getTime() ?? 0) - (contact?.confirmedAt?.getTime() ?? 0);
    expect(after).toBe(24 * 3600 * 1000);
  });

  it('refuses what is nothing, no such contact, one of the other kind and the one that there is', async () => {
    const visit = await openContacts(idp);
    const refused = async (typed: string, words: string) => {
      const page = await give(visit, kind, typed);
      expect([page.status, wordsOf(page)]).toEqual([422, expect.stringContaining(words)]);
    };
    await refused('', 'Enter a');
    await refused('nonsense', 'there is no such');
    await refused(visit.person[other], 'there is no such');
    await refused(visit.person[kind], 'confirmed already');
    const sent = (await readOutbox(idp)).filter(({ to }) => to === visit.person[kind] || to === visit.person[other]);
    expect(sent).toEqual([]);
  });

  it('takes a contact that this account had before, while it is kept for it', async () => {
    const visit = await openContacts(idp);
    await prove(idp, visit, kind, fresh(kind));
    await forgetSends(idp);
    await prove(idp, visit, kind, visit.person[kind]);
    expect(await contactOf(idp, visit.person, kind)).toMatchObject({ value: visit.person[kind] });
    expect(await signsInWith(idp, visit.person, visit.person[kind])).toBe(true);
  });
});

describe('the code', () => {
  it('tells how many tries are left, and after five wrong ones leads back to the contact', async () => {
    const visit = await openContacts(idp);
    const value = newPhone();
    let page = await give(visit, 'phone', value);
    const wrong = otherThan(await lastCodeTo(idp, value));
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      page = await visit.agent.submit(page, { code: wrong });
      expect([page.status, wordsOf(page)]).toEqual([422, expect.stringContaining(left)]);
    }
    page = await visit.agent.submit(page, { code: wrong });
    expect(titleOf(page)).toContain('Too many wrong codes');
    expect(page.html).toContain('href="/account/contacts/phone"');
    expect(await contactOf(idp, visit.person, 'phone')).toMatchObject({ value: visit.person.phone });
  });

  it('may be asked for again after a minute, and the one before is void', async () => {
    const visit = await openContacts(idp);
    const value = newEmail();
    const page = await give(visit, 'email', value);
    const first = await lastCodeTo(idp, value);
    await visit.agent.submit(page, { action: 'resend' });
    expect(await lastCodeTo(idp, value)).toBe(first);
    await idp.age(1.1);
    const again = await visit.agent.submit(page, { action: 'resend' });
    expect(await lastCodeTo(idp, value)).not.toBe(first);
    expect((await visit.agent.submit(again, { code: first })).status).toBe(422);
    expect(pathOf(await visit.agent.submit(again, { code: await lastCodeTo(idp, value) }))).toBe('/account/contacts');
  });

  it('is waited for at its own page: a refresh stays, and when all is done every way leads to the list', async () => {
    const visit = await openContacts(idp);
    expect(pathOf(await visit.agent.open('/account/contacts/code'))).toBe('/account/contacts');
    const page = await give(visit, 'email', newEmail());
    expect(pathOf(await visit.agent.open('/account/contacts/code'))).toBe('/account/contacts/code');
    const { to } = (await readOutbox(idp))[0] ?? { to: '' };
    await visit.agent.submit(page, { code: await lastCodeTo(idp, to) });
    expect(pathOf(await visit.agent.open('/account/contacts/code'))).toBe('/account/contacts');
    expect(pathOf(await visit.agent.submit(page, { code: '000000' }))).toBe('/account/contacts');
    expect(await eventsOf(idp, visit.person)).toEqual(['contact-changed']);
  });

  it('is not for who would rather not: nothing is changed', async () => {
    const visit = await openContacts(idp);
    const value = newEmail();
    const page = await give(visit, 'email', value);
    const left = await visit.agent.submit(page, { action: 'cancel' });
    expect(pathOf(left)).toBe('/account/contacts');
    await visit.agent.submit(page, { code: await lastCodeTo(idp, value) });
    expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
  });

  it('of somebody else’s way is no way for this person: the cookie alone changes nothing', async () => {
    const [one, two] = [await openContacts(idp), await openContacts(idp)];
    const value = newEmail();
    const page = await give(one, 'email', value);
    const code = await lastCodeTo(idp, value);
    const csrf = csrfOf(await two.agent.open('/account/contacts/email'));
    const stolen = cookieOf(one.agent, 'civic_contact');
    const body = new URLSearchParams({ csrf, code }).toString();
    const Cookie = `${two.agent.cookieFor('/account/contacts/code')}; ${stolen}`;
    const answer = await two.agent.post('/account/contacts/code', body, { Cookie });
    expect(stolen).not.toBe('');
    expect([answer.status, answer.headers['location']]).toEqual([303, '/account/contacts']);
    expect(pathOf(await one.agent.submit(page, { code }))).toBe('/account/contacts');
    expect(await contactOf(idp, two.person, 'email')).toMatchObject({ value: two.person.email });
    expect(await contactOf(idp, one.person, 'email')).toMatchObject({ value });
  });
});

describe('adding and confirming', () => {
  it('adds a phone to an account that has none', async () => {
    const person = await newPerson(idp);
    const { agent, page } = await openAccount(idp, person, { path: '/account' });
    expect(page.html).toContain('href="/account/contacts/phone"');
    const value = newPhone();
    const code = await give({ agent }, 'phone', value);
    const done = await agent.submit(code, { code: await lastCodeTo(idp, value) });
    expect(wordsOf(done)).toContain('The phone is confirmed');
    expect(await eventsOf(idp, person)).toEqual(['contact-added']);
    expect(await noticesTo(idp, String(person.email))).toHaveLength(1);
    expect(await signsInWith(idp, person, value)).toBe(true);
  });

  it('confirms one that was not: it stands in the field already', async () => {
    const person = await newReadyPerson(idp);
    await accounts().updateOne({ _id: person.id }, { $set: { 'email.confirmedAt': null } });
    const { agent } = await openContacts(idp, person);
    const list = await agent.open('/account/contacts');
    expect(wordsOf(list)).toContain('Confirm');
    const page = await agent.open('/account/contacts/email');
    expect(titleOf(page)).toContain('Confirm your e-mail');
    expect(page.html).toContain(`value="${person.email}"`);
    const code = await agent.submit(page, { email: person.email });
    await agent.submit(code, { code: await lastCodeTo(idp, person.email) });
    expect((await contactOf(idp, person, 'email'))?.confirmedAt).toBeInstanceOf(Date);
    expect(await eventsOf(idp, person)).toEqual(['contact-added']);
  });

  it('lets one go at once that was never confirmed, when another takes its place', async () => {
    const person = await newReadyPerson(idp);
    await accounts().updateOne({ _id: person.id }, { $set: { 'email.confirmedAt': null } });
    const visit = await openContacts(idp, person);
    await prove(idp, visit, 'email', newEmail());
    expect(await idp.app.services.accounts.findHolder({ kind: 'email', value: person.email })).toBeUndefined();
    expect(await noticesTo(idp, person.email)).toEqual([]);
  });
});

describe('removing', () => {
  it.each(kinds)('the %s says what is lost, tells it, and nobody signs in with it', async (kind) => {
    const visit = await openContacts(idp);
    const page = await visit.agent.open(`/account/contacts/${kind}/remove`);
    expect(wordsOf(page)).toContain('cannot set a new PIN');
    const done = await visit.agent.submit(page, {});
    expect([pathOf(done), wordsOf(done).includes('is removed')]).toEqual(['/account/contacts', true]);
    expect(await contactOf(idp, visit.person, kind)).toBeUndefined();
    expect(await signsInWith(idp, visit.person, visit.person[kind])).toBe(false);
    expect(await noticesTo(idp, visit.person[kind])).toHaveLength(1);
    expect(await eventsOf(idp, visit.person)).toEqual(['contact-removed']);
  });

  it('of the last confirmed one is refused in words, with what to do first', async () => {
    const visit = await openContacts(idp);
    await removeContact(visit, 'phone');
    const page = await visit.agent.open('/account/contacts/email/remove');
    expect(titleOf(page)).toContain('cannot be removed yet');
    expect(page.html).toContain('href="/account/contacts/phone"');
    expect(page.html).not.toContain('<form id="form"');
    const csrf = csrfOf(await visit.agent.open('/account/contacts/email'));
    const forced = await visit.agent.post('/account/contacts/email/remove', new URLSearchParams({ csrf }).toString());
    expect([forced.status, forced.headers['location']]).toEqual([303, '/account/contacts/email/remove']);
    expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
  });
});

it('asks for the password again, when the sign-in is long ago, before every form (7.5.1)', async () => {
  const visit = await openContacts(idp);
  await idp.age(6);
  for (const path of ['phone', 'email', 'phone/remove', 'email/remove']) {
    const page = await visit.agent.open(`/account/contacts/${path}`);
    expect(pathOf(page)).toBe(`/account/proof/contacts/${path}`);
  }
  const proof = await visit.agent.open('/account/contacts/email');
  const form = await visit.agent.submit(proof, { password: visit.person.password });
  expect(pathOf(form)).toBe('/account/contacts/email');
  expect(pathOf(await give(visit, 'email', newEmail()))).toBe('/account/contacts/code');
});
