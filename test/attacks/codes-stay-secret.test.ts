import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, pathOf, readBareForm, type BareAnswer } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { until } from '../support/ledger.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent, breakChannel, hasFailed } from '../support/messages.ts';
import { codeIn, forgetSends, otherThan } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const anna = citizen('anna');
const phone = String(anna.phone);
const digits = phone.slice(1);
const email = String(anna.email);

let idp: TestCivicId;
let gateway: SmsGatewayPeer;
let mail: MailPeer;
/** Everything answered before a code was right, and after. */
let before: BareAnswer[];
let after: BareAnswer[];
/** Codes that were drawn and typed, and the values of the cookies. */
const codes: Record<string, string> = {};
const cookies: Record<string, string> = {};
/** The database while messages wait, and at the end. */
const dumps: Record<string, string>[] = [];

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** A sign-in by SMS that fails at first, wrong and malformed codes, then one by e-mail that is right. */
beforeAll(async () => {
  [gateway, mail] = await Promise.all([startSmsGateway(), startMailPeer()]);
  idp = await startCivicId({
    newDeviceCodes: true,
    isProduction: true,
    channels: { sms: gateway.channel(), email: { url: mail.url, from: 'no-reply@id.example.org', timeoutSeconds: 1 } },
  });
  const request = await (await newService(idp, { first_party: true })).begin();
  const browser = createBareBrowser(idp.issuer);
  const post = (path: string, fields: Record<string, string>) =>
    browser.follow({ method: 'POST', path, body: form(fields) });

  gateway.behave(500);
  const signIn = readBareForm(await browser.follow({ path: pathOf(request.url) }));
  const { action, csrf } = readBareForm(
    await post(signIn.action, { csrf: signIn.csrf, identifier: email, password: anna.password }),
  );
  await hasFailed(idp, 1);
  dumps.push(await dumpDatabase(idp));
  gateway.behave(202);
  await idp.age(1.1);
  await allAreSent(idp);
  codes['by SMS'] = codeIn(gateway.textsTo(phone).at(-1));
  codes['wrong'] = otherThan(codes['by SMS']);
  codes['malformed'] = '73915048';
  await post(action, { csrf, code: codes['wrong'] });
  await post(action, { csrf, code: codes['malformed'] });

  await forgetSends(idp);
  await breakChannel(idp, 'sms');
  await post(action, { csrf, action: 'other' });
  await until(() => mail.received.length === 1);
  codes['by e-mail'] = /\d{6}/.exec(mail.received[0]?.mail.text ?? '')?.[0] ?? '';
  await post(action, { csrf, code: codes['by SMS'] }); // void by now
  dumps.push(await dumpDatabase(idp));
  before = [...browser.answers];

  cookies['flow'] = browser.cookies()['civic_flow'] ?? '';
  const callback = await post(action, { csrf, code: codes['by e-mail'], remember_browser: 'yes' });
  cookies['device'] = browser.cookies()['civic_device'] ?? '';
  await request.finish(String(callback.headers['location']));
  await allAreSent(idp);
  after = browser.answers;
  dumps.push(await dumpDatabase(idp));
});
afterAll(async () => {
  await idp.stop();
  await Promise.all([gateway.close(), mail.close()]);
});

/** As numbers of their own, so that a part of something longer is no find. */
const standsIn = (text: string, value: string): boolean => new RegExp(`(?<![\\w-])${value}(?![\\w-])`).test(text);
const foundIn = (text: string, values: Record<string, string>): string[] =>
  Object.entries(values)
    .filter(([, value]) => standsIn(text, value))
    .map(([name]) => name);
const contacts = { phone: digits, 'end of the phone': digits.slice(-7), email, mailbox: 'anna@' };

describe('codes, phones and e-mails', () => {
  it('have gone all the way', () => {
    for (const [name, value] of Object.entries({ ...codes, ...cookies }))
      expect([name, value]).toEqual([name, expect.stringMatching(/^[\w-]{6,}$/)]);
    expect(after.map(({ status }) => status).filter((status) => status === 422)).toHaveLength(3);
    expect(idp.logLines.length).toBeGreaterThan(10);
  });

  it('are in no line of the log', () => {
    const log = idp.logLines.join('\n');
    expect(foundIn(log, { ...codes, ...cookies })).toEqual([]);
    for (const contact of Object.values(contacts)) expect(log).not.toContain(contact);
  });

  it('are not in the journal', () => {
    const journal = dumps.at(-1)?.['journal'] ?? '';
    expect(journal).toContain('code-wrong');
    expect(foundIn(journal, { ...codes, ...cookies })).toEqual([]);
    for (const contact of Object.values(contacts)) expect(journal).not.toContain(contact);
  });

  it('are in no address that a browser is sent to', () => {
    const addresses = after.map(({ headers }) => decodeURIComponent(headers['location'] ?? '')).join('\n');
    expect(foundIn(addresses, { ...codes, ...cookies })).toEqual([]);
    for (const contact of Object.values(contacts)) expect(addresses).not.toContain(contact);
  });

  it('are on no page: contacts masked, codes not even where they were typed', () => {
    const pages = before.map(({ body }) => body.replaceAll(/<input id="identifier"[^>]*>/g, '')).join('\n');
    expect(pages).toContain('•••-00-01');
    expect(pages).toContain('a•••a@example.org');
    expect(foundIn(pages, { ...codes, ...cookies })).toEqual([]);
    for (const contact of Object.values(contacts)) expect(pages).not.toContain(contact);
  });

  it('are in the database in no clear form: codes and cookies nowhere, contacts in the account alone', () => {
    for (const dump of dumps) {
      for (const [collection, text] of Object.entries(dump)) {
        expect([collection, foundIn(text, { ...codes, ...cookies })]).toEqual([collection, []]);
        const isTheirPlace = collection === 'accounts' || collection === 'identifiers';
        if (!isTheirPlace) expect([collection, foundIn(text, { digits, email })]).toEqual([collection, []]);
      }
    }
  });

  it('are gone even sealed, once the messages have left', () => {
    const messages: { state: string; sealed: string | null }[] = JSON.parse(dumps.at(-1)?.['messages'] ?? '[]');
    expect(messages.length).toBe(4); // two codes and two notices
    expect(messages.filter(({ state, sealed }) => state !== 'sent' || sealed !== null)).toEqual([]);
  });
});
