// Every field of a recovery takes text and nothing cleverer, and nothing that was typed stands where it does not belong (ATT-X01…X03, X10, X13).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser } from '../support/bare-http.ts';
import { createBrowserAgent, readForm, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies, tooLong } from '../support/clever-input.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { forgetSends, lastCodeTo, otherThan } from '../support/new-device.ts';
import { newOwner, recoverUpTo, setPassword, type RecoveryStop } from '../support/recovery.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await idp.stop();
});

const oddTexts = [
  ['nothing', ''],
  ['spaces', '  \t '],
  ['a NUL', 'a\u0000b'],
  ['control characters', '\u0001\u0002\r\n'],
  ['seven hundred letters', 'я'.repeat(700)],
  ['Cyrillic', 'номер'],
  ['digits of another script', '٠١٢٣٤٥'],
  ['full-width digits', '１２３４５６'],
  ['right-to-left', '\u202eпароль'],
  ['an operator', '{"$ne":null}'],
  ['markup', '"><img src=x onerror=alert(1)>'],
  ['a template', '<%= 7*7 %>${7*7}{{7*7}}'],
  ['a line break and a header', '1\r\nBcc: x@example.org'],
] as const;
const forms: [string, RecoveryStop | 'start', string[], Record<string, string>][] = [
  ['/recovery', 'start', ['contact'], {}],
  ['/recovery/document', 'document', ['document_number'], { document_type: 'passport' }],
  ['/recovery/code', 'code', ['code'], {}],
  ['/recovery/password', 'password', ['new_password', 'new_password_again'], {}],
];

describe.each(forms)('the form of %s', (path, stop, fields, besides) => {
  let agent: BrowserAgent;
  beforeAll(async () => {
    await forgetSends(idp);
    agent = createBrowserAgent(idp.issuer);
    if (stop !== 'start') await recoverUpTo(idp, await newOwner(idp), stop, { agent });
  });
  const csrfOf = async (): Promise<string> => readForm((await agent.open(path)).html).hidden['csrf'] ?? '';
  const send = async (body: string) => agent.post(path, `csrf=${encodeURIComponent(await csrfOf())}&${body}`);

  it.each([...fields, ...Object.keys(besides), 'csrf'].flatMap(cleverNames))('refuses %s', async (body) => {
    expect((await send(body)).status).toBe(400);
  });
  it.each(strangeBodies)('refuses %s', async (_what, body) => {
    expect((await send(body)).status).toBe(400);
  });
  it.each(fields)('refuses two values of %s', async (field) => {
    expect((await send(`${field}=1&${field}=2`)).status).toBe(400);
  });
  it.each(oddTexts)('takes %s as text', async (_what, text) => {
    // The second of two passwords is another, or some of these would be good ones.
    const typed = Object.fromEntries(fields.map((field, index) => [field, index === 0 ? text : `${text}x`]));
    const answer = await send(new URLSearchParams({ ...besides, ...typed }).toString());
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('<img src=x');
  });
  it.each(tooLong)('refuses %s', async (_what, request) => {
    const browser = createBareBrowser(idp.issuer);
    const Cookie = agent.cookieFor(path);
    const { status } = await browser.send({
      method: 'POST',
      path,
      ...request,
      headers: { Cookie, ...request.headers },
    });
    expect([0, 400, 403, 413]).toContain(status);
  });
});

describe('a value that no page offers', () => {
  it.each([
    ['/recovery/document', 'document', { document_type: 'driving-licence', document_number: '1' }],
    ['/recovery/code', 'code', { code: '123456', action: 'skip' }],
    ['/recovery/password', 'password', { new_password: 'a', new_password_again: 'a', action: 'skip' }],
  ] as const)('is refused at %s', async (path, stop, fields) => {
    await forgetSends(idp);
    const { agent } = await recoverUpTo(idp, await newOwner(idp), stop);
    const { hidden } = readForm((await agent.open(path)).html);
    const answer = await agent.post(path, new URLSearchParams({ ...hidden, ...fields }).toString());
    expect(answer.status).toBe(400);
  });
  it('in “from” is nothing', async () => {
    const agent = createBrowserAgent(idp.issuer);
    for (const from of ['../../x', '<script>', 'a'.repeat(5000), '%00', 'https://evil.example'])
      expect((await agent.get(`/recovery?from=${encodeURIComponent(from)}`)).status).toBe(200);
    const page = await agent.get('/recovery?from=a&from=b');
    expect([200, 400]).toContain(page.status);
  });
});

it('X10 no document number, code or password stands in log, address, journal or, in clear, in the database', async () => {
  await forgetSends(idp);
  const person = await newOwner(idp);
  const canary = 'kanareika-nad-ozerom-88';
  const addresses: string[] = [];
  const agent = createBrowserAgent(idp.issuer);
  const { page } = await recoverUpTo(idp, person, 'code', { agent });
  const code = await lastCodeTo(idp, person.phone);
  const wrong = otherThan(code);
  addresses.push((await agent.submit(page, { code: wrong })).url);
  const next = await agent.submit(page, { code });
  const refused = await agent.submit(next, { new_password: canary, new_password_again: `${canary}!` });
  expect(refused.status).toBe(422);
  expect(refused.html).not.toContain('kanareika');
  addresses.push(next.url, (await setPassword(agent, next, canary)).url);
  await allAreSent(idp);

  const dump = await dumpDatabase(idp);
  const places = { log: idp.logLines.join('\n'), addresses: addresses.join('\n'), journal: dump['journal'] ?? '' };
  const everywhere = Object.entries({ ...places, ...dump });
  const bare = person.snils.replaceAll(/\D/g, '');
  for (const [place, text] of everywhere) {
    for (const secret of [canary, 'kanareika', person.snils, bare])
      expect([place, text.includes(secret)]).toEqual([place, false]);
    for (const digits of [code, wrong])
      expect([place, new RegExp(`(?<![\\w-])${digits}(?![\\w-])`).test(text)]).toEqual([place, false]);
  }
  for (const text of Object.values(places)) {
    expect(text).not.toContain(person.phone.slice(1));
    expect(text).not.toContain(person.email);
  }
});
