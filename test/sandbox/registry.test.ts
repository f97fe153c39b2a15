// The registry of the sandbox answers as the documents say: the test citizens, and numbers that decide.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizens } from '../../src/sandbox/citizens.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const anna = {
  family_name: 'Ковалёва',
  given_name: 'Анна',
  middle_name: 'Сергеевна',
  birthdate: '1988-03-14',
  snils: '11223344595',
  passport: { series: '1308', number: '412305', issue_date: '2008-04-02' },
};
const post = async (body: string, type = 'application/json') => {
  const answer = await fetch(new URL('/sandbox/registry', idp.issuer), {
    method: 'POST',
    headers: { 'Content-Type': type, Accept: 'application/json' },
    body,
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
};
const ask = (question: object) => post(JSON.stringify(question));
const withNumber = (number: string) => ask({ ...anna, passport: { ...anna.passport, number } });

it('knows the test citizens', async () => {
  expect(await ask(anna)).toEqual({ status: 200, body: { result: 'match' } });
});

it.each([
  [{ given_name: 'Ольга' }],
  [{ middle_name: null }],
  [{ birthdate: '1988-03-15' }],
  [{ passport: { ...anna.passport, issue_date: '2008-04-03' } }],
  [{ passport: { ...anna.passport, series: '1309' } }],
])('says that something does not match: %j', async (change) => {
  expect(await ask({ ...anna, ...change })).toEqual({ status: 200, body: { result: 'does_not_match' } });
});

it('knows nobody by another SNILS', async () => {
  expect(await ask({ ...anna, snils: '11223344600' })).toEqual({ status: 200, body: { result: 'no_such_person' } });
});

it.each([
  ['000200', 200, { result: 'match' }],
  ['000404', 200, { result: 'no_such_person' }],
  ['000409', 200, { result: 'does_not_match' }],
  ['000503', 503, { error: 'temporarily_unavailable' }],
])('answers on demand: passport number %s', async (number, status, body) => {
  expect(await withNumber(number)).toEqual({ status, body });
});

describe('a malformed question', () => {
  it.each([
    ['{}', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['{', 'application/json', 400],
    ['', 'application/json', 400],
    [JSON.stringify({ ...anna, more: 1 }), 'application/json', 400],
    [JSON.stringify({ ...anna, snils: '112-233-445 95' }), 'application/json', 400],
    [JSON.stringify({ ...anna, birthdate: '1988-02-30' }), 'application/json', 400],
    [JSON.stringify(anna), 'text/plain', 415],
    [JSON.stringify({ ...anna, family_name: 'x'.repeat(17_000) }), 'application/json', 413],
  ])('%s as %s: %i', async (body, type, status) => {
    expect((await post(body, type)).status).toBe(status);
  });
});

it('is told about on the page of the test citizens, for whoever can be raised', async () => {
  const agent = createBrowserAgent(idp.issuer);
  const words = wordsOf(await agent.open('/sandbox/citizens'));
  expect(words).toContain('SNILS, in the registry 181-234-567 56');
  const list = (await agent.get('/sandbox/citizens', { Accept: 'application/json' })).body;
  const known = list.flatMap((one: { registry: object | null }) => one.registry ?? []);
  expect(known).toEqual([
    { birthdate: '1990-05-17', snils: '181-234-567 56', passport: '1310 269374', passport_issue_date: '2010-06-01' },
  ]);
  expect(list).toHaveLength(citizens.length);
});
