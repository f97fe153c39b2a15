// Every field of the account takes text and nothing cleverer, and what was typed wrong is never an error of ours (ATT-X01…X03, X13).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import { readForm, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies } from '../support/clever-input.ts';
import { dumpDatabase } from '../support/database.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
let person: Citizen;
let agent: BrowserAgent;
beforeAll(async () => {
  idp = await startCivicId();
  person = await newPerson(idp);
  ({ agent } = await openAccount(idp, person));
  await idp.age(5);
});
afterAll(() => idp.stop());

const forms = [
  ['/account/password', ['password', 'new_password', 'new_password_again', 'action', 'csrf']],
  ['/account/proof/pin', ['password', 'csrf']],
] as const;
const oddTexts = [
  ['nothing', ''],
  ['a NUL', 'a\u0000b'],
  ['control characters', '\u0001\u0002\r\n'],
  ['seven hundred letters', 'я'.repeat(700)],
  ['right-to-left', '\u202eпароль'],
  ['an operator', '{"$ne":null}'],
  ['markup', '"><img src=x onerror=alert(1)>'],
  ['a template', '<%= 7*7 %>${7*7}{{7*7}}'],
] as const;

describe.each(forms)('the form of %s', (path, fields) => {
  const send = async (body: string) => {
    const { action, hidden } = readForm((await agent.open(path)).html);
    return agent.post(action, `csrf=${encodeURIComponent(hidden['csrf'] ?? '')}&${body}`);
  };

  it.each(fields.flatMap(cleverNames))('refuses %s', async (body) => {
    expect((await send(body)).status).toBe(400);
  });
  it.each(strangeBodies)('refuses %s', async (_what, body) => {
    expect((await send(body)).status).toBe(400);
  });
  it.each(oddTexts)('takes %s as text', async (_what, text) => {
    const typed = Object.fromEntries(
      fields.filter((field) => !['action', 'csrf'].includes(field)).map((field) => [field, text]),
    );
    const answer = await send(new URLSearchParams(typed).toString());
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('<img src=x');
  });
  it('refuses a form without its token, of another page session and of another site', async () => {
    const { action } = readForm((await agent.open(path)).html);
    expect((await agent.post(action, 'password=x')).status).toBe(403);
    expect((await agent.post(action, 'csrf=AAAA&password=x')).status).toBe(403);
    const { hidden } = readForm((await agent.open(path)).html);
    const body = new URLSearchParams({ ...hidden, password: 'x' }).toString();
    expect((await agent.post(action, body, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  });
  it('is not for who has signed out meanwhile: they sign in and come back to the page, and nothing is written', async () => {
    const other = await openAccount(idp, person, { path });
    const { action, hidden } = readForm(
      other.page.html.includes('name="password"') ? other.page.html : (await agent.open(path)).html,
    );
    await other.agent.submit(await other.agent.open('/session/end'), { logout: 'yes' });
    const answer = await other.agent.post(
      action,
      new URLSearchParams({ ...hidden, password: person.password }).toString(),
    );
    expect([303, 403]).toContain(answer.status);
    expect(answer.headers['location'] ?? '/auth').toContain('/auth');
  });
});

it('no password that was typed anywhere stands in database, log, message or address', async () => {
  const one = await newPerson(idp);
  const canary = 'kanareika pod oknom 77';
  const { agent: own } = await openAccount(idp, one);
  const page = await own.open('/account/password');
  await own.submit(page, { password: `${canary} wrong`, new_password: canary, new_password_again: canary });
  await own.submit(page, { password: one.password, new_password: canary, new_password_again: canary });
  expect((await openAccount(idp, { ...one, password: canary })).page.status).toBe(200);
  await idp.age(5);
  await own.submit(await own.open('/account/proof/pin'), { password: canary });

  const everything = [
    ...Object.values(await dumpDatabase(idp)),
    JSON.stringify(await readOutbox(idp)),
    ...idp.logLines,
  ].join('\n');
  expect(everything).not.toContain('kanareika');
  expect(everything).not.toContain(one.password);
});
