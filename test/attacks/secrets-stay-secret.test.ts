import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { createBareBrowser, pathOf, readBareForm, sendBare, type BareAnswer } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';

const canary = {
  wrongPassword: 'canary-wrong-password-5J2',
  unknownEmail: 'canary.unknown@example.org',
  unknownText: 'canary unknown text 5J3',
  unknownPhone: '+79111234567',
  unknownSnils: '112-233-446 96',
  clientSecret: 'canary-client-secret-0123456789abcdef',
  wrongSecret: 'canary-wrong-client-secret-012345678',
  query: 'canary-query-5J4',
  field: 'canary-field-5J5',
  cookie: 'canary-cookie-5J6',
  header: 'canary-header-5J7',
};

let idp: TestCivicId;
/** Secrets that were made on the way, by name. */
const made: Record<string, string> = {};
/** What only its owner may read: never in a log, never in the journal. */
const personal: Record<string, string> = {};
let answers: BareAnswer[];
/** The database in the middle, at the consent page, and at the end. */
let dumps: Record<string, string>[];

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** One sign-in with everything that can go wrong on the way, and everything that a service does afterwards. */
beforeAll(async () => {
  idp = await startCivicId();
  const person = await newPerson(idp);
  const service = await newService(idp, {
    client_secret: canary.clientSecret,
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const configuration = await service.configuration();
  const browser = createBareBrowser(idp.issuer);
  answers = browser.answers;

  const request = await service.begin({ scope: 'openid profile email phone' });
  const pushed = await client.buildAuthorizationUrlWithPAR(
    configuration,
    Object.fromEntries(new URL(request.url).searchParams),
  );
  const signIn = readBareForm(await browser.follow({ path: pathOf(pushed.href) }));
  const type = (identifier: string, password: string) =>
    browser.follow({ method: 'POST', path: signIn.action, body: form({ csrf: signIn.csrf, identifier, password }) });
  for (const identifier of [canary.unknownEmail, canary.unknownText, canary.unknownPhone, canary.unknownSnils])
    await type(identifier, canary.wrongPassword);
  await type(String(person.email), canary.wrongPassword);
  await type(String(person.email), `${person.password}${'x'.repeat(20_000)}`);
  const consent = readBareForm(await type(String(person.email), person.password));
  const halfway = await dumpDatabase(idp);
  const signature = browser.cookies()['civic_interaction.sig']; // the rest of that cookie stands in the address
  const callback = await browser.follow({ method: 'POST', path: consent.action, body: form({ csrf: consent.csrf }) });
  const tokens = await request.finish(String(callback.headers['location']));
  const renewed = await client.refreshTokenGrant(configuration, String(tokens.refresh_token));
  await client.fetchUserInfo(configuration, renewed.access_token, tokens.claims()?.sub ?? '');
  await client.tokenIntrospection(configuration, renewed.access_token);

  const basic = (secret: string) =>
    `Basic ${Buffer.from(`${service.metadata.client_id}:${secret}`).toString('base64')}`;
  const code = new URL(String(callback.headers['location'])).searchParams.get('code') ?? '';
  const used = { grant_type: 'authorization_code', code, redirect_uri: service.metadata.redirect_uris[0] ?? '' };
  const { send } = browser;
  await send({
    method: 'POST',
    path: '/token',
    headers: { Authorization: basic(canary.clientSecret) },
    body: form(used),
  });
  await send({
    method: 'POST',
    path: '/token',
    headers: { Authorization: basic(canary.wrongSecret) },
    body: form(used),
  });
  await send({ path: '/me', headers: { Authorization: `Bearer ${renewed.access_token}x` } });
  await send({ path: `/me?access_token=${renewed.access_token}` });
  await send({ path: `/auth?client_id=${canary.query}&state=${canary.query}&login_hint=${canary.query}` });
  await send({ path: `/session/end?id_token_hint=${String(tokens.id_token)}x` });
  await send({ method: 'POST', path: signIn.action, body: form({ [canary.field]: canary.field }) });
  await sendBare(idp.issuer, {
    headers: { Cookie: `civic_session=${canary.cookie}`, 'User-Agent': canary.header, Referer: canary.header },
  });

  Object.assign(made, {
    code,
    accessToken: tokens.access_token,
    refreshToken: String(tokens.refresh_token),
    renewedAccessToken: renewed.access_token,
    renewedRefreshToken: String(renewed.refresh_token),
    idToken: String(tokens.id_token),
    requestUri: String(pushed.searchParams.get('request_uri')).split(':').at(-1),
    session: browser.cookies()['civic_session'],
    interactionSignature: signature,
    page: browser.cookies()['civic_page'],
    csrf: signIn.csrf,
    password: person.password,
  });
  Object.assign(personal, { email: String(person.email), name: 'Ветрова' });
  dumps = [halfway, await dumpDatabase(idp)];
});
afterAll(() => idp.stop());

const everyCanary = () => Object.entries({ ...canary, ...made });
const foundIn = (text: string, secrets: [string, string][]) =>
  secrets.filter(([, value]) => text.includes(value)).map(([name]) => name);

describe('ATT-X10 what a canary sang is heard nowhere', () => {
  it('has gone all the way', () => {
    expect(answers.filter(({ status }) => status === 422).length).toBe(5);
    for (const [name, value] of Object.entries(made)) expect([name, value.length > 15]).toEqual([name, true]);
    expect(dumps[1]?.['journal']).toContain('sign-in-refused');
    expect(idp.logLines.length).toBeGreaterThan(20);
  });

  it('not in the log: no secret, no identifier, nothing of a person', () => {
    expect(foundIn(idp.logLines.join('\n'), [...everyCanary(), ...Object.entries(personal)])).toEqual([]);
  });

  it('not in the journal', () => {
    expect(foundIn(dumps[1]?.['journal'] ?? '', [...everyCanary(), ...Object.entries(personal)])).toEqual([]);
  });

  it('not anywhere in the database', () => {
    const texts = dumps.flatMap((dump) => Object.entries(dump));
    const found = texts.map(([collection, text]) => [collection, foundIn(text, everyCanary())]);
    expect(found.filter(([, names]) => names?.length !== 0)).toEqual([]);
  });

  it('not on any page, but for the identifier in its own field and the token of the form', () => {
    const ownField = /<input (id="identifier"|type="hidden" name="csrf")[^>]*>/g;
    const pages = answers.filter(({ status }) => status !== 303).map(({ body }) => body.replaceAll(ownField, ''));
    expect(foundIn(pages.join('\n'), everyCanary())).toEqual([]);
  });

  it('not in an address that a browser is sent to, but for the code at the service', () => {
    const addresses = answers.map(({ headers }) => decodeURIComponent(headers['location'] ?? '')).join('\n');
    expect(foundIn(addresses, [...everyCanary(), ...Object.entries(personal)])).toEqual(['code']);
    expect(addresses).not.toContain('@');
  });

  it('only the cookies carry what the cookies are for, and nothing of a person', () => {
    const cookies = answers.flatMap((answer) => answer.cookies).join('\n');
    expect(foundIn(decodeURIComponent(cookies), Object.entries({ ...personal, ...canary }))).toEqual([]);
  });
});
