// ENUM-02: whoever asks for a new password sees what everybody sees, for as much work, whoever the contact belongs to and whatever document they give.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { formatPhone } from '../../src/accounts/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { createBareBrowser, readBareForm, type BareAnswer, type BareRequest } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { readOutbox } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { countQueries } from '../support/queries.ts';
import { failuresOf } from '../support/step-up.ts';

const many = [{ seconds: 60, count: 1_000_000 }];
const [anna, ivan, joao, maria, viktor] = ['anna', 'ivan', 'joao', 'maria', 'viktor'].map(citizen);
if (!anna || !ivan || !joao || !maria || !viktor) throw new Error('citizens are missing');

let idp: TestCivicId;
beforeAll(async () => {
  const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 1_000_000 };
  idp = await startCivicId({ limits: { recovery: { ...limits.recovery, sendsPerNetwork: many, guessesPerNetwork } } });
  const unconfirmed = { $set: { 'phone.confirmedAt': null, 'email.confirmedAt': null } };
  await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne({ _id: joao.id }, unconfirmed);
  await observe(String(ivan.phone), { document_type: 'inn', document_number: String(ivan.inn) }); // the network’s own counters
});
const forget = async () => {
  await nativeCollection(idp.connection, 'code_sends').deleteMany({});
  await nativeCollection(idp.connection, 'attempts').deleteMany({});
  await nativeCollection(idp.connection, 'system.profile').drop(); // it holds a megabyte and then forgets its beginning
};
beforeEach(async () => {
  await allAreSent(idp);
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

type Given = Record<'document_type' | 'document_number', string>;
const documentOf = ({ passport, snils, inn }: Citizen, type: string): Given => {
  const numbers: Record<string, string> = {
    passport: `${passport?.series} ${passport?.number}`,
    snils: snils ?? '',
    inn: inn ?? '',
    none: '',
  };
  return { document_type: type, document_number: numbers[type] ?? '' };
};

const counted = ['accounts', 'identifiers', 'flows', 'codes', 'code_sends', 'messages', 'journal', 'attempts'];
const countEverything = async () => ({
  hashes: idp.app.services.hashing.count(),
  links: await countIn(idp, 'not_me_links'),
  ...Object.fromEntries(await Promise.all(counted.map(async (name) => [name, await countIn(idp, name)]))),
});

type Send = (request: BareRequest) => Promise<BareAnswer>;
const post = (path: string, csrf: string, fields: Record<string, string>): BareRequest => ({
  method: 'POST',
  path: `/recovery${path}`,
  body: new URLSearchParams({ csrf, ...fields }).toString(),
});
const get = (path: string): BareRequest => ({ path: `/recovery${path}` });

/** Every page up to five wrong codes and beyond, and every mistake on them. */
const everyStep = async (send: Send, csrf: string, contact: string, document: Given): Promise<void> => {
  await send(post('', csrf, { contact }));
  await send(get('/document'));
  await send(post('/document', csrf, { document_type: 'snils', document_number: '1' }));
  await send(post('/document', csrf, document));
  await send(get('/code'));
  await send(get(''));
  await send(post('/code', csrf, { action: 'resend' })); // too soon
  await send(get('/document')); // what was typed stands there again
  await send(post('/code', csrf, { code: '12' }));
  await send(post('/code', '', { code: '000000' })); // without our token
  await send(post('/code', csrf, { code: '000000', other: 'x' })); // with a field too many
  await send({ ...post('/code', csrf, {}), body: 'code=%ZZ' });
  await send({ ...get('/code'), method: 'DELETE' });
  for (const next of ['/wait', '/password', '/done', '/refused']) await send(get(next));
  await send(post('/password', csrf, { new_password: 'a', new_password_again: 'a' }));
  await send(post('/document', csrf, document)); // the same once more
  await send(post('/code', csrf, { action: 'other' }));
  for (let tries = 0; tries < 5; tries += 1) await send(post('/code', csrf, { code: '000000', other_code: '' }));
  for (const next of ['', '/code', '/password', '/refused']) await send(get(next));
  await send(post('/code', csrf, { code: '000000' }));
  await send(post('/code', csrf, { action: 'resend' }));
  await send(post('/document', csrf, document));
};

/** What an observer sees, with everything masked that differs between any two tries, and what it costs. */
async function observe(contact: string, document: Given) {
  await forget();
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/recovery' }));
  const answers: BareAnswer[] = [];
  const send: Send = async (request) => {
    const answer = await browser.send(request);
    answers.push(answer);
    return answer;
  };
  const before = await countEverything();
  const queries = await countQueries(idp);
  await everyStep(send, csrf, contact, document);
  const asked = await queries.stop();
  const after = await countEverything();

  const costs = Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, Number(count) - Number(Reflect.get(before, name))]),
  );
  const seen = answers.map(({ status, headers, cookies, body }) => {
    const {
      date: _date,
      'x-request-id': reference = '',
      'content-length': length,
      'set-cookie': _cookie,
      ...steady
    } = headers;
    const shown = contact.startsWith('+') ? formatPhone(contact) : contact;
    const masked = [contact, shown, csrf, reference, /data-seconds="\d+">[^<]*/g]
      .reduce<string>((text, secret) => text.replaceAll(secret, '…'), body)
      .replaceAll(document.document_number === '' ? '\u0000' : document.document_number, '№');
    const named = cookies.map((line) => line.replace(/=[^;]*/, '=…').replace(/expires=[^;]*/, 'expires=…'));
    return { status, steady, named, masked, length };
  });
  return { asked, costs, seen };
}

const unknownPhone = '+79000000991';
const unknownEmail = (like: string): string =>
  'nobody-of-ours'.slice(0, like.indexOf('@')) + like.slice(like.indexOf('@'));
const types = ['passport', 'snils', 'inn', 'none'];

describe.each(types)('with %s', (type) => {
  const right = documentOf(anna, type);
  const people: [string, string, Given, string][] = [
    ['who matches, by phone', String(anna.phone), right, unknownPhone],
    ['who matches, by e-mail', String(anna.email), right, unknownEmail(String(anna.email))],
    ['whose document is another', String(anna.phone), documentOf(ivan, type), unknownPhone],
    ['whose contact is not confirmed', String(joao.phone), documentOf(anna, type), unknownPhone],
    ['who is disabled', String(viktor.phone), documentOf(viktor, type), unknownPhone],
    ['without documents on file', String(maria.email), right, unknownEmail(String(maria.email))],
  ];
  it.each(people)(
    'somebody %s looks and costs like nobody, at every step',
    async (_who, contact, document, unknown) => {
      const [one, other] = [await observe(contact, document), await observe(unknown, document)];
      expect(one).toEqual(other);
      expect(Object.values(one.asked).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
      expect(one.costs).toMatchObject({ accounts: 0, hashes: 0, codes: 1, flows: 1, messages: 6 });
      expect(one.seen.map(({ status }) => status)).toEqual([
        ...[303, 200, 422, 303, 200, 200, 303, 200, 422, 403, 400, 400, 405],
        ...[303, 303, 303, 303, 303, 303, 303, 422, 422, 422, 422, 303],
        ...[200, 303, 303, 200, 303, 303, 303],
      ]);
    },
  );
});

describe('ENUM-04 no side door tells it:', () => {
  it('no answer may be kept, and none sets another cookie', async () => {
    for (const contact of [String(anna.phone), unknownPhone]) {
      const { seen } = await observe(contact, documentOf(anna, 'snils'));
      expect(seen.flatMap(({ named }) => named)).toHaveLength(1);
      expect(new Set(seen.map(({ steady }) => steady['cache-control']))).toEqual(new Set(['no-store']));
      expect(seen.filter(({ steady }) => 'etag' in steady || 'last-modified' in steady)).toEqual([]);
    }
  });

  it('nobody is written to but who matches', async () => {
    const before = (await readOutbox(idp)).length;
    for (const [contact, document] of [
      [unknownPhone, documentOf(anna, 'snils')],
      [String(anna.phone), documentOf(ivan, 'snils')],
      [String(viktor.phone), documentOf(viktor, 'snils')],
      [String(joao.phone), documentOf(joao, 'inn')],
      [String(maria.email), documentOf(anna, 'inn')],
    ] as const)
      await observe(contact, document);
    await allAreSent(idp);
    expect((await readOutbox(idp)).length).toBe(before);
  });
});
