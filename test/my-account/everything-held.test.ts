// Somebody who has all that an account can have: the file tells each of it without its secret, and after the deletion none of it is left.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { createBrowserAgent, readForm, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newEmail, prove } from '../support/contacts.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { addPasskey } from '../support/passkeys.ts';
import { signInAndAllow, typeCredentials } from '../support/people.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';
import { appCode } from '../support/second-factor.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let person: ReadyPerson;
let agent: BrowserAgent;
let newAddress: string;
let secrets: string[];

/** A service, a PIN, a changed contact, an app, SMS and recovery codes, and at last a passkey. */
beforeAll(async () => {
  idp = await startCivicId();
  person = await newReadyPerson(idp, { pin: '7305' });
  agent = createBrowserAgent(idp.issuer);
  const service = await newService(idp, { grant_types: ['authorization_code', 'refresh_token'] });
  const request = await service.begin();
  await request.finish((await signInAndAllow(agent, request.url, person)).url);
  await openAccount(idp, person, { agent });
  newAddress = newEmail();
  await prove(idp, { person, agent }, 'email', newAddress);

  const secretPage = await agent.submit(await agent.open('/account/factors/app'), { action: 'begin' });
  const secret = /<code translate="no">([A-Z2-7 ]{32,})<\/code>/.exec(secretPage.html)?.[1]?.replaceAll(' ', '') ?? '';
  const made = await agent.submit(secretPage, { code: appCode(secret, { seconds: -30 }) });
  const codes = [...made.html.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);
  const { inTransaction, secondFactors } = idp.app.services;
  await inTransaction((tx) => secondFactors.sms.switchOn(tx, person.id));
  secrets = [secret, ...codes, person.password];
  expect(secrets).toHaveLength(12);

  // The second step, so that what follows is proved.
  agent = createBrowserAgent(idp.issuer);
  const page = await typeCredentials(agent, await agent.open('/account'), person);
  await agent.submit(page, { code: appCode(secret), remember_browser: 'yes' });
  await addPasskey(idp, person, createAuthenticator(), { agent });
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const fileSchema = z.object({ held: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) });
const collections = ['accounts', 'identifiers', 'contact_changes', 'devices', 'sessions', 'consents', 'pins'];
const factors = ['totp_factors', 'sms_factors', 'recovery_codes', 'passkeys'];
const engine = ['oidc_session', 'oidc_grant', 'oidc_refresh_token', 'not_me_links', 'journal'];
const all = [...collections, ...factors, ...engine];

it('the file has an entry for each raw record, of every kind', async () => {
  const { hidden } = readForm((await agent.open('/account/data')).html);
  const { text } = await agent.post('/account/data', new URLSearchParams(hidden).toString());
  const { held } = fileSchema.parse(JSON.parse(text));
  for (const name of all) {
    const rows = await nativeCollection(idp.connection, name).find().toArray();
    const ours = rows.filter((row) => JSON.stringify(row).includes(person.id));
    expect([name, held[name]?.length]).toEqual([name, ours.length]);
    expect([name, ours.length > 0]).toEqual([name, true]);
  }
  for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  for (const word of ['"sealed"', 'publicKey', 'userHandle', 'credentialId', '"left": [', '"hash"'])
    expect([word, text.includes(word)]).toEqual([word, false]);
  expect(text).toContain(person.email); // what it was before
  expect(text).toContain(newAddress);
});

it.each(['ru', 'en', 'pt'])('the page tells it in words, in %s', async (language) => {
  const page = await agent.open(`/account/data?lang=${language}`);
  expect(page.status).toBe(200);
  expect(page.html).not.toMatch(/my-data\.|\[object|undefined|Invalid Date/);
  for (const secret of secrets) expect(page.html.includes(secret)).toBe(false);
  expect(wordsOf(page)).toContain(newAddress);
});

it('after the week none of it is left, whatever it was', async () => {
  const account = await idp.app.services.accounts.find(person.id);
  const page = await agent.open('/account/delete');
  const asked = await agent.submit(page, { account_digits: account?.accountNumber.slice(-4) ?? '' });
  expect(asked.url).toContain('/account/delete/asked');
  await idp.age(7 * 24 * 60 + 1);
  await idp.app.rules.sweeper.sweep();

  const dump = await dumpDatabase(idp);
  const traces = [person.id, person.phone, person.email, newAddress, account?.accountNumber ?? ''];
  for (const name of all) expect([name, traces.filter((trace) => dump[name]?.includes(trace))]).toEqual([name, []]);
  const { accounts } = idp.app.services;
  for (const value of [person.email, newAddress])
    expect(await accounts.findHolder({ kind: 'email', value })).toBeUndefined();
  expect(await accounts.findHolder({ kind: 'phone', value: person.phone })).toBeUndefined();
});
