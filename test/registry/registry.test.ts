// A registry of another house: asked in a few words over HTTP, and whatever it does wrong is no answer.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../src/registry/index.ts';
import { startRegistry, type RegistryMood, type RegistryPeer } from '../support/registry-peer.ts';

let peer: RegistryPeer;
let reasons: string[];
beforeEach(async () => {
  peer = await startRegistry();
  reasons = [];
});
afterEach(() => peer.close());

const maria = {
  familyName: 'Зайцева',
  givenName: 'Мария',
  middleName: '',
  birthdate: '1990-05-17',
  snils: '18123456756',
  passport: { series: '1310', number: '269374', issueDate: '2010-06-01' },
};
const ask = (changes: { url?: string; headers?: Record<string, string>; person?: typeof maria } = {}) => {
  const { person = maria, ...connection } = changes;
  const noteFailure = (reason: string) => void reasons.push(reason);
  return createRegistry({ ...peer.connection, ...connection, timeoutSeconds: 0.4, noteFailure }).check(person);
};

it('is asked by POST, in JSON, with the headers of the configuration', async () => {
  expect(await ask()).toEqual({ outcome: 'match' });
  const [request] = peer.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/v1/check' });
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: 'Bearer key-of-the-registry',
  });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    family_name: 'Зайцева',
    given_name: 'Мария',
    middle_name: null,
    birthdate: '1990-05-17',
    snils: '18123456756',
    passport: { series: '1310', number: '269374', issue_date: '2010-06-01' },
  });
});

it('is told the middle name where there is one, and quotes stay quotes', async () => {
  await ask({ person: { ...maria, familyName: 'O\'Neil "x" \\', middleName: 'Сергеевна' } });
  expect(JSON.parse(peer.requests[0]?.body ?? '')).toMatchObject({
    family_name: 'O\'Neil "x" \\',
    middle_name: 'Сергеевна',
  });
});

it.each(['no_such_person', 'does_not_match'] as const)('says %s: no match, and nothing more', async (mood) => {
  peer.behave(mood);
  expect(await ask()).toEqual({ outcome: 'no-match' });
  expect(reasons).toEqual([]);
});

describe('has not answered', () => {
  const table: [string, RegistryMood, RegExp][] = [
    ['with 503', 503, /^HTTP 503$/],
    ['with 500', 500, /^HTTP 500$/],
    ['with 401', 401, /^HTTP 401$/],
    ['with 404', 404, /^HTTP 404$/],
    ['with 201', 201, /^HTTP 201$/],
    ['with 204', 204, /^HTTP 204$/],
    ['in time', 'sleeps', /^TimeoutError$/],
    ['to the end', 'drips', /^TimeoutError$/],
    ['to the end, cut off', 'cut off', /^(UND_ERR_SOCKET|ECONNRESET)$/],
    ['at all', 'hangs up', /^(UND_ERR_SOCKET|ECONNRESET)$/],
    ['here but elsewhere', 'redirects', /^[A-Z]\w+$/],
    ['without end', 'endless', /^answer is too long$/],
    ['in JSON', { text: '<html>match</html>' }, /^not understood$/],
    ['with words', { text: '' }, /^not understood$/],
    ['with words of ours', { text: '{"result":"yes"}' }, /^not understood$/],
    ['with a word', { text: '{"result":true}' }, /^not understood$/],
    ['with an object', { text: '"match"' }, /^not understood$/],
    ['with one object', { text: '[{"result":"match"}]' }, /^not understood$/],
  ];
  it.each(table)('%s', async (_how, mood, reason) => {
    peer.behave(mood);
    expect(await ask()).toEqual({ outcome: 'unavailable' });
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });

  it('where nobody listens', async () => {
    await peer.close();
    expect(await ask()).toEqual({ outcome: 'unavailable' });
    expect(reasons).toEqual(['ECONNREFUSED']);
  });

  it('and no reason holds anything of the person', async () => {
    for (const mood of ['cut off', 'hangs up', 'redirects', 503] as const) {
      peer.behave(mood);
      await ask();
    }
    expect(reasons).toHaveLength(4);
    expect(reasons.join(' ')).not.toMatch(/Зайцева|1990|18123456756|269374|127\.0\.0\.1/);
  });

  it('and is asked once', async () => {
    peer.behave('redirects');
    await ask();
    expect(peer.requests.map(({ path }) => path)).toEqual(['/v1/check']);
  });
});

it('takes more in the answer than we ask for', async () => {
  peer.behave({ text: '{"result":"match","checked_at":"2026-11-24"}' });
  expect(await ask()).toEqual({ outcome: 'match' });
});
