// ENUM-03: whoever asks for an account with somebody else's contact sees what everybody sees; the owner is told.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm, type BareAnswer, type BareRequest } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { formatPhone } from '../../src/accounts/index.ts';
import { citizen } from '../support/people.ts';
import { countQueries } from '../support/queries.ts';
import { rosa, rosasPassword } from '../support/registration.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const olga = citizen('olga');
const counted = ['accounts', 'identifiers', 'flows', 'codes', 'code_sends', 'messages', 'journal', 'attempts'];

const countEverything = async () => ({
  hashes: idp.app.services.hashing.count(),
  ...Object.fromEntries(await Promise.all(counted.map(async (name) => [name, await countIn(idp, name)]))),
});

type Browser = ReturnType<typeof createBareBrowser>;
type Step = (send: (request: BareRequest) => Promise<BareAnswer>, csrf: string, contact: string) => Promise<void>;

const form = (csrf: string, fields: Record<string, string>): string =>
  new URLSearchParams({ csrf, ...fields }).toString();
const post = (path: string, csrf: string, fields: Record<string, string>): BareRequest => ({
  method: 'POST',
  path: `/registration${path}`,
  body: form(csrf, fields),
});
const get = (path: string): BareRequest => ({ path: `/registration${path}` });

/** What an observer sees of these steps, with everything masked that differs between any two tries, and what it costs. */
const observe = async (browser: Browser, csrf: string, contact: string, steps: Step) => {
  const answers: BareAnswer[] = [];
  const send = async (request: BareRequest): Promise<BareAnswer> => {
    const answer = await browser.send(request);
    answers.push(answer);
    return answer;
  };
  const before = await countEverything();
  const queries = await countQueries(idp);
  await steps(send, csrf, contact);
  const asked = await queries.stop();

  const after = await countEverything();
  const costs = Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, Number(count) - Number(Reflect.get(before, name))]),
  );
  const seen = answers.map(({ status, headers, cookies, body }) => {
    const { date: _date, 'x-request-id': reference = '', 'content-length': length, ...steady } = headers;
    const masked = [contact, formatPhone(contact), csrf, reference, /data-seconds="\d+">\d+\sseconds/g].reduce<string>(
      (text, secret) => text.replaceAll(secret, '…'),
      body,
    );
    return { status, steady, cookies, masked, length };
  });
  return { asked, costs, seen };
};

/** Every page between a contact and the right code, and every mistake on it. */
const everyStep =
  (contactAt: string, codeAt: string): Step =>
  async (send, csrf, contact) => {
    await send(post(contactAt, csrf, { contact }));
    await send(get(codeAt));
    await send(post(codeAt, csrf, { action: 'resend' })); // too soon
    await send(get(contactAt)); // what was typed stands there again
    await send(post(codeAt, csrf, { code: '12' }));
    await send(post(codeAt, '', { code: '000000' })); // without our token
    await send(post(codeAt, csrf, { code: '000000', other: 'x' })); // with a field too many
    await send({ ...post(codeAt, csrf, {}), body: 'code=%ZZ' });
    await send({ ...get(codeAt), method: 'DELETE' });
    for (const next of ['/password', '/check']) await send(get(next));
    for (let tries = 0; tries < 5; tries += 1) await send(post(codeAt, csrf, { code: '000000' }));
    await send(get(codeAt));
    await send(post(codeAt, csrf, { code: '000000' }));
    await send(post(codeAt, csrf, { action: 'resend' }));
  };

const beginWith = async () => {
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/registration' }));
  await browser.send(post('', csrf, { ...rosa, from: '' }));
  return { browser, csrf };
};

const observeFirst = async (contact: string, steps: Step = everyStep('/contact', '/code')) => {
  const { browser, csrf } = await beginWith();
  return observe(browser, csrf, contact, steps);
};

/** The same, of a contact that is added to an account which was opened with another one. */
const observeSecond = async (opened: string, contact: string) => {
  const { browser, csrf } = await beginWith();
  await browser.send(post('/contact', csrf, { contact: opened }));
  await browser.send(post('/code', csrf, { code: await lastCodeTo(idp, opened) }));
  const password = { new_password: rosasPassword, new_password_again: rosasPassword };
  await browser.send(post('/password', csrf, password));
  await browser.send(post('/check', csrf, { terms: 'yes' }));
  await allAreSent(idp);
  return observe(browser, csrf, contact, everyStep('/second', '/second-code'));
};

const pairs: [string, string, string][] = [
  ['e-mail', String(olga.email), 'nola@example.org'], // as long as the other one
  ['phone', String(olga.phone), '+79000000991'],
];

it.each(pairs)('a known %s looks and costs like an unknown one, at every step', async (_kind, known, unknown) => {
  await observeFirst('somebody.else@example.org'); // the network’s own counter is there from now on
  const [one, other] = [await observeFirst(known), await observeFirst(unknown)];
  expect(one).toEqual(other);
  expect(one.costs).toMatchObject({ accounts: 0, hashes: 0, codes: 1, journal: 6 });
  expect(Object.values(one.asked).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
  expect(one.seen.map(({ status }) => status)).toEqual([
    ...[303, 200, 303, 200, 422, 403, 400, 400, 405, 303, 303],
    ...[422, 422, 422, 422, 303, 200, 303, 303],
  ]);
});

it.each(pairs)('a known %s as a second contact, too', async (kind, known, unknown) => {
  const opened = kind === 'phone' ? ['a@example.org', 'b@example.org'] : ['+79161110001', '+79161110002'];
  await observeFirst('somebody.else@example.org');
  const [one, other] = [await observeSecond(opened[0] ?? '', known), await observeSecond(opened[1] ?? '', unknown)];
  expect(one).toEqual(other);
  expect(one.costs).toMatchObject({ accounts: 0, identifiers: 0, codes: 1, messages: 1, journal: 6 });
});

describe('ENUM-04 no side door tells it:', () => {
  const answersOf = async (contact: string) => (await observeFirst(contact)).seen;

  it('no answer sets a cookie or may be kept in a cache', async () => {
    for (const contact of [String(olga.email), 'nola@example.org']) {
      const seen = await answersOf(contact);
      expect(seen.flatMap(({ cookies }) => cookies)).toEqual([]);
      expect(new Set(seen.map(({ steady }) => steady['cache-control']))).toEqual(new Set(['no-store']));
      expect(seen.filter(({ steady }) => 'etag' in steady || 'last-modified' in steady)).toEqual([]);
    }
  });

  it.each(pairs)('the time until the next code is the same for a %s', async (_kind, known, unknown) => {
    const secondsTold = async (contact: string): Promise<number[]> => {
      const { browser, csrf } = await beginWith();
      const told = async () => Number(/data-seconds="(\d+)"/.exec((await browser.send(get('/code'))).body)?.[1] ?? '0');
      await browser.send(post('/contact', csrf, { contact }));
      const first = await told();
      await idp.age(0.5);
      const second = await told();
      await idp.age(0.6);
      const third = await told();
      await browser.send(post('/code', csrf, { action: 'resend' }));
      return [first, second, third, await told()];
    };
    const [one, other] = [await secondsTold(known), await secondsTold(unknown)];
    one.forEach((seconds, index) => expect(Math.abs(seconds - (other[index] ?? -99))).toBeLessThanOrEqual(3));
    expect([one[2], other[2]]).toEqual([0, 0]);
  });

  it('the contact stands on the page as it was typed, never masked: nothing of an account is shown', async () => {
    const { browser, csrf } = await beginWith();
    await browser.send(post('/contact', csrf, { contact: String(olga.email).toUpperCase() }));
    const { body } = await browser.send(get('/code'));
    expect(body).toContain(String(olga.email));
    expect(body).not.toMatch(/•|Лебедева|Ольга/);
  });
});

it('tells the owner that they have an account, with the way in and no code', async () => {
  await observeFirst(String(olga.email));
  const [message] = await readOutbox(idp);
  expect(message).toMatchObject({ to: olga.email, code: null, purpose: 'registration' });
  expect(message?.subject).toContain('У вас уже есть учётная запись');
  expect(message?.text).toContain(idp.issuer.hostname);
});

it('takes no code for a contact that is somebody else’s, whichever it is', async () => {
  const { browser, csrf } = await beginWith();
  await browser.send(post('/contact', csrf, { contact: String(olga.email) }));
  const { codes } = idp.app.services;
  for (let tries = 0; tries < 5; tries += 1) await browser.send(post('/code', csrf, { code: otherThan(codes.draw()) }));
  expect((await browser.send(get('/password'))).headers['location']).toBe('/registration/code');
});
