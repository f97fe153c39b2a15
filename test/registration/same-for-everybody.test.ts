// ENUM-03: whoever asks for an account with somebody else's contact sees what everybody sees; the owner is told.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';
import { otherThan, readOutbox } from '../support/new-device.ts';
import { formatPhone } from '../../src/accounts/index.ts';
import { citizen } from '../support/people.ts';
import { rosa } from '../support/registration.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const anna = citizen('anna');
const counted = ['accounts', 'identifiers', 'flows', 'codes', 'code_sends', 'messages', 'journal', 'attempts'];

const countEverything = async () => ({
  hashes: idp.app.services.hashing.count(),
  ...Object.fromEntries(await Promise.all(counted.map(async (name) => [name, await countIn(idp, name)]))),
});

/** What an observer sees from the contact to a wrong code, and what it costs. */
const observe = async (contact: string) => {
  const browser = createBareBrowser(idp.issuer);
  const post = async (path: string, csrf: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ csrf, ...fields }).toString();
    return browser.send({ method: 'POST', path, body });
  };
  const first = readBareForm(await browser.follow({ path: '/registration' }));
  await post('/registration', first.csrf, { ...rosa, from: '' });
  const before = await countEverything();

  const answers = [await post('/registration/contact', first.csrf, { contact })];
  answers.push(await browser.send({ path: '/registration/code' }));
  answers.push(await post('/registration/code', first.csrf, { action: 'resend' }));
  for (let tries = 0; tries < 5; tries += 1)
    answers.push(await post('/registration/code', first.csrf, { code: '000000' }));
  answers.push(await browser.send({ path: '/registration/code' }));

  const after = await countEverything();
  const costs = Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, Number(count) - Number(Reflect.get(before, name))]),
  );
  const seen = answers.map(({ status, headers, cookies, body }) => {
    const { date: _date, 'x-request-id': reference = '', 'content-length': length, ...steady } = headers;
    const masked = [
      contact,
      formatPhone(contact),
      first.csrf,
      reference,
      /data-seconds="\d+">\d+\sseconds/g,
    ].reduce<string>((text, secret) => text.replaceAll(secret, '…'), body);
    return { status, steady, cookies, masked, length };
  });
  return { costs, seen };
};

it.each([
  ['e-mail', String(anna.email), 'noan@example.org'], // as long as the other one
  ['phone', String(anna.phone), '+79000000991'],
])('a known %s looks and costs like an unknown one', async (_kind, known, unknown) => {
  await observe('somebody.else@example.org'); // the network’s own counter is there from now on
  const [one, other] = [await observe(known), await observe(unknown)];
  expect(one).toEqual(other);
  expect(one.costs).toMatchObject({ accounts: 0, hashes: 0, codes: 1, journal: 6 });
});

it('tells the owner that they have an account, with the way in and no code', async () => {
  await observe(String(anna.email));
  const [message] = await readOutbox(idp);
  expect(message).toMatchObject({ to: anna.email, code: null, purpose: 'registration' });
  expect(message?.subject).toContain('У вас уже есть учётная запись');
  expect(message?.text).toContain(idp.issuer.hostname);
});

it('takes no code for a contact that is somebody else’s, whichever it is', async () => {
  const codes = idp.app.services.codes;
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/registration' }));
  const post = (path: string, fields: Record<string, string>) =>
    browser.send({ method: 'POST', path, body: new URLSearchParams({ csrf, ...fields }).toString() });
  await post('/registration', { ...rosa, from: '' });
  await post('/registration/contact', { contact: String(anna.email) });
  for (let tries = 0; tries < 5; tries += 1) await post('/registration/code', { code: otherThan(codes.draw()) });
  expect((await browser.send({ path: '/registration/password' })).headers['location']).toBe('/registration/code');
});
