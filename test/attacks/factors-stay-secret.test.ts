// The secret of an app, its codes and recovery codes go all the way, right, wrong and used, and are heard nowhere but on the one page that shows them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, pathOf, readBareForm, type BareAnswer } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent } from '../support/messages.ts';
import { newService } from '../support/new-service.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { appCode } from '../support/second-factor.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

let idp: TestCivicId;
let gateway: SmsGatewayPeer;
let mail: MailPeer;
const canaries: Record<string, string> = {};
/** Answers of two browsers, but for those that show a secret once. */
let answers: BareAnswer[];
/** The page with the secret and the page with the codes. */
let shown: BareAnswer[];
let texts: string[];
/** The database while the app is set up, and at the end. */
const dumps: Record<string, string>[] = [];

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

beforeAll(async () => {
  [gateway, mail] = await Promise.all([startSmsGateway(), startMailPeer()]);
  idp = await startCivicId({
    isProduction: true,
    channels: { sms: gateway.channel(), email: { url: mail.url, from: 'no-reply@id.example.org', timeoutSeconds: 1 } },
  });
  const person = await newReadyPerson(idp);
  const browser = createBareBrowser(idp.issuer);
  const post = (path: string, fields: Record<string, string>) =>
    browser.follow({ method: 'POST', path, body: form(fields) });
  const fill = async (path: string, fields: Record<string, string>) => {
    const { action, csrf } = readBareForm(await browser.follow({ path }));
    return post(action, { csrf, ...fields });
  };

  await fill('/account', { identifier: person.email, password: person.password });
  const secretPage = await fill('/account/factors/app', { action: 'begin' });
  const secret = /translate="no">([A-Z2-7 ]{32,})<\/code>/.exec(secretPage.body)?.[1]?.replaceAll(' ', '') ?? '';
  const setUp = readBareForm(secretPage);
  const wrong = await post(setUp.action, { csrf: setUp.csrf, code: '73915048' });
  const wrongAgain = await post(setUp.action, { csrf: setUp.csrf, code: '739150' });
  dumps.push(await dumpDatabase(idp));
  const before = appCode(secret, { seconds: -30 });
  const codesPage = await post(setUp.action, { csrf: setUp.csrf, code: before });
  const codes = [...codesPage.body.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);
  for (const path of ['/account/security', '/account/factors/app', '/account/factors/recovery-codes', '/account/data'])
    await browser.follow({ path });
  await fill('/account/factors/app/code', {}).catch(() => undefined); // over: it leads elsewhere

  // Another browser: wrong, malformed and used codes, then a right one; and a recovery code twice.
  const service = await newService(idp, { first_party: true });
  const other = createBareBrowser(idp.issuer);
  const signIn = async () => {
    const page = readBareForm(await other.follow({ path: pathOf((await service.begin({ prompt: 'login' })).url) }));
    const body = form({ csrf: page.csrf, identifier: person.email, password: person.password });
    return readBareForm(await other.follow({ method: 'POST', path: page.action, body }));
  };
  const send = (path: string, fields: Record<string, string>) =>
    other.follow({ method: 'POST', path, body: form(fields) });
  const asked = await signIn();
  const right = appCode(secret);
  for (const code of [before, '84026197', '840261', right]) await send(asked.action, { csrf: asked.csrf, code });
  const again = await signIn();
  const byRecovery = again.action.replace('totp', 'recovery');
  await other.follow({ path: byRecovery });
  const unknown = 'k7wq-9d2m-x4hp-3vtz';
  for (const recovery_code of [unknown, codes[0] ?? '', codes[1] ?? ''])
    await send(byRecovery, { csrf: again.csrf, recovery_code });
  const third = await signIn();
  await send(third.action.replace('totp', 'recovery'), { csrf: third.csrf, recovery_code: codes[0] ?? '' }); // used
  await other.send({ path: `/interaction/x/second-factor/totp?code=${right}&recovery_code=${codes[2] ?? ''}` });
  await send('/account/factors/app/code', { csrf: 'x', code: right });
  await send('/account/factors/nowhere', { csrf: 'x', recovery_code: codes[2] ?? '' });

  await allAreSent(idp);
  Object.assign(canaries, { secret, 'grouped secret': grouped(secret), unknown, right, before });
  codes.forEach((code, index) => Object.assign(canaries, { [`recovery code ${index}`]: code }));
  codes.forEach((code, index) =>
    Object.assign(canaries, { [`plain recovery code ${index}`]: code.replaceAll('-', '') }),
  );
  shown = [secretPage, wrong, wrongAgain, codesPage];
  answers = [...browser.answers, ...other.answers].filter((answer) => !shown.includes(answer));
  texts = [...gateway.textsTo(person.phone), ...mail.received.map((one) => JSON.stringify(one.mail))];
  dumps.push(await dumpDatabase(idp));
});
afterAll(async () => {
  await idp.stop();
  await Promise.all([gateway.close(), mail.close()]);
});

/** As words of their own, so that a part of something longer is no find. */
const foundIn = (text: string): string[] =>
  Object.entries(canaries)
    .filter(([, value]) => new RegExp(`(?<![\\w-])${value}(?![\\w-])`).test(text))
    .map(([name]) => name);

describe('the secret of an app, its codes and recovery codes', () => {
  it('have gone all the way', () => {
    expect(Object.keys(canaries)).toHaveLength(25);
    for (const [name, value] of Object.entries(canaries)) expect([name, value.length >= 6]).toEqual([name, true]);
    expect(foundIn(shown.map(({ body }) => body).join('\n')).length).toBeGreaterThan(10);
    const journal = dumps[1]?.['journal'] ?? '';
    for (const event of ['factor-added', 'factor-wrong', 'factor-right', 'recovery-code-used'])
      expect([event, journal.includes(event)]).toEqual([event, true]);
    expect(texts.length).toBeGreaterThan(2);
  });

  it('are in no line of the log', () => expect(foundIn(idp.logLines.join('\n'))).toEqual([]));

  it('are in the database in no clear form, neither while the app is set up nor after', () => {
    for (const dump of dumps)
      for (const [collection, text] of Object.entries(dump))
        expect([collection, foundIn(text)]).toEqual([collection, []]);
  });

  it('are in no message, by SMS or by e-mail', () => expect(foundIn(texts.join('\n'))).toEqual([]));

  it('are in no address that a browser is sent to, and in no cookie', () => {
    const addresses = answers.concat(shown).map(({ headers }) => decodeURIComponent(headers['location'] ?? ''));
    expect(foundIn(addresses.join('\n'))).toEqual([]);
    const cookies = answers.concat(shown).flatMap((answer) => answer.cookies);
    expect(foundIn(decodeURIComponent(cookies.join('\n')))).toEqual([]);
  });

  it('are on no page but their own: not where they were typed, not on one that refuses, not on one that lists', () => {
    expect(foundIn(answers.map(({ body }) => body).join('\n'))).toEqual([]);
  });

  it('are shown on pages that nobody keeps', () => {
    for (const { headers } of shown) expect(headers['cache-control']).toBe('no-store');
  });
});
