// ENUM-03 in the account: a contact that is somebody else's shows the same pages and costs the same as one that is free; its owner is told.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { formatPhone, maskEmail, maskPhone } from '../../src/accounts/index.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newEmail, newPhone, openContacts, type Kind } from '../support/contacts.ts';
import { countIn, dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../support/new-device.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';
import { countQueries } from '../support/queries.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const counted = [
  'accounts',
  'identifiers',
  'contact_changes',
  'flows',
  'codes',
  'code_sends',
  'messages',
  'journal',
  'attempts',
];
const countEverything = async () =>
  Object.fromEntries(await Promise.all(counted.map(async (name) => [name, await countIn(idp, name)] as const)));

/** Everything that shows from the contact to the last wrong code, with what differs between any two tries masked, and what it costs. */
const observe = async (kind: Kind, contact: string) => {
  const { agent, person } = await openContacts(idp);
  const own = [maskPhone(person.phone), maskEmail(person.email)];
  const csrf = /name="csrf" value="([^"]+)"/.exec((await agent.open(`/account/contacts/${kind}`)).html)?.[1] ?? '';
  await allAreSent(idp);
  await forgetSends(idp);
  const seen: unknown[] = [];
  const note = ({ status, headers, text }: Awaited<ReturnType<typeof agent.get>>) => {
    const { date: _date, 'x-request-id': reference = '', 'set-cookie': cookies = '', etag: _etag, ...steady } = headers;
    const masked = [
      ...own,
      contact,
      formatPhone(contact),
      csrf,
      reference,
      /data-seconds="\d+">\d+\sseconds/g,
      /data-seconds="\d+"/g,
    ].reduce<string>((body, secret) => body.replaceAll(secret, '…'), text);
    seen.push({
      status,
      steady,
      cookies: [cookies]
        .flat()
        .join()
        .replace(/=[\w-]{32}/g, '='),
      masked,
    });
  };
  const send = async (fields: Record<string, string>, path = '/account/contacts/code') =>
    note(await agent.post(path, new URLSearchParams({ csrf, ...fields }).toString()));

  const before = await countEverything();
  const queries = await countQueries(idp);
  await send({ [kind]: contact }, `/account/contacts/${kind}`);
  note(await agent.get('/account/contacts/code'));
  await send({ action: 'resend' });
  await send({ code: '12' });
  for (let tries = 0; tries < 5; tries += 1) await send({ code: '000000' });
  note(await agent.get('/account/contacts/code'));
  await send({ code: '000000' });
  note(await agent.get('/account/contacts'));
  const asked = await queries.stop();
  const after = await countEverything();
  const costs = Object.fromEntries(counted.map((name) => [name, Number(after[name]) - Number(before[name])]));
  return { seen, asked, costs };
};

it.each(['phone', 'email'] as const)(
  'a %s of somebody else’s shows and costs what a free one does',
  async (kind) => {
    const owner = await newReadyPerson(idp);
    const free = await observe(kind, kind === 'phone' ? newPhone() : newEmail());
    const taken = await observe(kind, owner[kind]);
    expect(taken.seen).toEqual(free.seen);
    expect(taken.costs).toEqual(free.costs);
    expect(taken.asked).toEqual(free.asked);
  },
  60_000,
);

it('tells the owner, in their language and with no code, and leaves them what they have', async () => {
  const owner: ReadyPerson = await newReadyPerson(idp, { profile: { locale: 'pt' } });
  await observe('email', owner.email);
  const message = (await readOutbox(idp)).find(({ to, purpose }) => to === owner.email && purpose === 'contact');
  expect(message).toMatchObject({ code: null });
  expect(message?.subject).toContain('já está em');
  expect(await lastCodeTo(idp, owner.email)).toBe('');
  expect((await idp.app.services.accounts.findByIdentifier({ kind: 'email', value: owner.email }))?.id).toBe(owner.id);
});

it('one contact gets five messages a day, whoever asks, and one account ten an hour, which is told', async () => {
  const value = newEmail();
  for (let turn = 0; turn < 7; turn += 1) {
    const { agent } = await openContacts(idp);
    await agent.submit(await agent.open('/account/contacts/email'), { email: value });
    await idp.age(20);
  }
  expect((await readOutbox(idp)).filter(({ to, code }) => to === value && code !== null)).toHaveLength(5);

  const { agent } = await openContacts(idp);
  let last = '';
  for (let turn = 0; turn < 11; turn += 1) {
    const page = await agent.submit(await agent.open('/account/contacts/email'), { email: newEmail() });
    last = page.html;
  }
  expect(last).toContain('too many were asked for in your account');
});

it('no contact stands in log, journal, address or a flow in clear', async () => {
  const { agent, person } = await openContacts(idp);
  const [phone, email] = [newPhone(), newEmail()];
  for (const [kind, value] of [
    ['phone', phone],
    ['email', email],
  ] as const) {
    await agent.submit(await agent.open(`/account/contacts/${kind}`), { [kind]: 'wrong canary@' });
    const page = await agent.submit(await agent.open(`/account/contacts/${kind}`), { [kind]: value });
    expect(page.url).not.toContain(value.slice(1));
    await agent.submit(page, { code: await lastCodeTo(idp, value) });
  }
  await allAreSent(idp);
  const database = await dumpDatabase(idp);
  const places = (value: string) => Object.keys(database).filter((name) => database[name]?.includes(value));
  for (const value of [phone, email]) expect(places(value)).toEqual(['accounts', 'identifiers']);
  for (const value of [person.phone, person.email]) expect(places(value)).toEqual(['contact_changes', 'identifiers']);
  const log = idp.logLines.join('\n');
  for (const value of [phone, email, person.phone, person.email]) expect(log).not.toContain(value);
});
