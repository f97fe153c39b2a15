// Every field on the way to a contact takes text and nothing cleverer (ATT-X01…X03, X08, X13).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readForm, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies } from '../support/clever-input.ts';
import { contactOf, give, newEmail, openContacts, prove, type OnContacts } from '../support/contacts.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let agent: BrowserAgent;
beforeAll(async () => {
  idp = await startCivicId();
  const visit = await openContacts(idp);
  ({ agent } = visit);
  await give(visit, 'email', newEmail());
});
afterAll(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await idp.stop();
});

const forms = [
  ['/account/contacts/phone', ['phone', 'csrf']],
  ['/account/contacts/email', ['email', 'csrf']],
  ['/account/contacts/code', ['code', 'action', 'csrf']],
  ['/account/contacts/phone/remove', ['csrf']],
] as const;
const oddTexts = [
  ['nothing', ''],
  ['a NUL', 'a\u0000b@example.org'],
  ['control characters', '\u0001\u0002\r\n'],
  ['seven hundred letters', 'я'.repeat(700)],
  ['an operator', '{"$ne":null}'],
  ['markup', '"><img src=x onerror=alert(1)>@example.org'],
  ['a template', '<%= 7*7 %>${7*7}{{7*7}}'],
  ['a header', 'a@example.org\r\nBcc: b@example.org'],
  ['two addresses', 'a@example.org, b@example.org'],
  ['two writings mixed', 'аnna@example.org'],
  ['a SNILS', '112-233-445 95'],
] as const;

const sendTo = async (path: string, body: string) => {
  const { action, hidden } = readForm((await agent.open(path)).html);
  return agent.post(action, `csrf=${encodeURIComponent(hidden['csrf'] ?? '')}&${body}`);
};

describe.each(forms)('the form of %s', (path, fields) => {
  const send = (body: string) => sendTo(path, body);

  it.each(fields.flatMap(cleverNames))('refuses %s', async (body) => {
    expect((await send(body)).status).toBe(400);
  });
  it.each(strangeBodies)('refuses %s', async (_what, body) => {
    expect((await send(body)).status).toBe(400);
  });
  it('refuses a form without its token and of another site', async () => {
    const { action, hidden } = readForm((await agent.open(path)).html);
    expect((await agent.post(action, 'x=y')).status).toBe(403);
    expect((await agent.post(action, 'csrf=AAAA')).status).toBe(403);
    const body = new URLSearchParams(hidden).toString();
    expect((await agent.post(action, body, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  });
});

describe.each(['phone', 'email', 'code'])('the field "%s"', (field) => {
  it.each(oddTexts)('takes %s as text', async (_what, text) => {
    const answer = await sendTo(`/account/contacts/${field}`, new URLSearchParams({ [field]: text }).toString());
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('<img src=x');
  });
});

it('writings of one address and one phone are one contact (ATT-X08)', async () => {
  const visit: OnContacts = await openContacts(idp);
  const { phone, email } = visit.person;
  for (const typed of [email.toUpperCase(), ` ${email} `, email.replace('@', '\u200b@')])
    expect((await give(visit, 'email', typed)).status).toBe(422);
  for (const typed of [phone.replace('+7', '8'), `${phone.slice(0, 5)} (${phone.slice(5)})`])
    expect((await give(visit, 'phone', typed)).status).toBe(422);
});

it('an address in another writing is stored as it is written to', async () => {
  const visit = await openContacts(idp);
  const value = newEmail();
  await prove(idp, visit, 'email', value);
  expect((await contactOf(idp, visit.person, 'email'))?.value).toBe(value.toLowerCase());
});
