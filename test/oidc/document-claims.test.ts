// What a service learns of documents and of the assurance level, and what the person reads before.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchUserInfo, refreshTokenGrant } from 'openid-client';
import { createBrowserAgent, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const level = 'urn:civic-id:claim:assurance_level';
const anna = citizen('anna');
const everything = {
  snils: anna.snils,
  inn: anna.inn,
  documents: [{ type: 'passport', series: '1308', number: '412305', issue_date: '2008-04-02' }],
  [level]: 'confirmed',
};
const names = Object.keys(everything);

/** A whole sign-in: the consent page, the ID token and what userinfo says. */
const signIn = async (
  service: RelyingParty,
  parameters: Record<string, string>,
  { person = anna, language = 'en' } = {},
) => {
  const agent = createBrowserAgent(idp.issuer, { language });
  const request = await service.begin(parameters);
  const consent = await typeCredentials(agent, await agent.open(request.url), person);
  const tokens = await request.finish((await agent.submit(consent, {})).url);
  const idToken = tokens.claims();
  if (idToken === undefined) throw new Error('no ID token');
  const userinfo = await fetchUserInfo(await service.configuration(), tokens.access_token, idToken.sub);
  return { words: wordsOf(consent), tokens, idToken, userinfo };
};

describe('a scope', () => {
  it('gives its values by userinfo, and of them the assurance level alone stands in the ID token too', async () => {
    const scope = 'openid snils inn documents assurance';
    const { idToken, userinfo } = await signIn(await newService(idp), { scope });
    expect(userinfo).toEqual({ sub: idToken.sub, ...everything });
    expect(idToken).toMatchObject({ [level]: 'confirmed' });
    for (const name of ['snils', 'inn', 'documents']) expect(idToken).not.toHaveProperty(name);
  });

  it.each([
    ['snils', 'snils'],
    ['inn', 'inn'],
    ['documents', 'documents'],
    ['assurance', level],
  ])('%s gives that and nothing else', async (scope, name) => {
    const { idToken, userinfo } = await signIn(await newService(idp), { scope: `openid ${scope}` });
    expect(userinfo).toEqual({ sub: idToken.sub, [name]: Reflect.get(everything, name) });
  });

  it('that was not asked for gives nothing', async () => {
    const service = await newService(idp);
    const { words, idToken, userinfo } = await signIn(service, { scope: 'openid profile email phone address' });
    for (const name of names) {
      expect(userinfo).not.toHaveProperty(name);
      expect(idToken).not.toHaveProperty(name);
    }
    for (const label of ['SNILS', 'INN', 'Documents', 'Account level']) expect(words).not.toContain(label);
  });

  it('gives nothing of what the account does not have', async () => {
    const scope = 'openid snils inn documents assurance';
    const { words, userinfo } = await signIn(await newService(idp), { scope }, { person: citizen('maria') });
    expect(userinfo).toEqual({ sub: userinfo.sub, [level]: 'basic' });
    expect(words.match(/not in your account, will not be shared/g)).toHaveLength(3);
  });

  it('keeps the level in the ID token of a refresh, as it is by then', async () => {
    const service = await newService(idp, { grant_types: ['authorization_code', 'refresh_token'] });
    const { accounts, inTransaction } = idp.app.services;
    const { tokens, idToken } = await signIn(service, { scope: 'openid assurance' }, { person: citizen('maria') });
    expect(idToken[level]).toBe('basic');
    await inTransaction((tx) => accounts.raise(tx, 'sandbox-maria', { level: 'standard', documents: {} }));
    const renewed = await refreshTokenGrant(await service.configuration(), tokens.refresh_token ?? '');
    expect(renewed.claims()?.[level]).toBe('standard');
  });
});

describe('the claims parameter', () => {
  it('gives single claims where they are asked for', async () => {
    const claims = JSON.stringify({ id_token: { inn: null, [level]: { essential: true } }, userinfo: { snils: null } });
    const { words, idToken, userinfo } = await signIn(await newService(idp), { scope: 'openid', claims });
    expect(idToken).toMatchObject({ inn: anna.inn, [level]: 'confirmed' });
    expect(userinfo).toEqual({ sub: idToken.sub, snils: anna.snils });
    expect(words).toContain('Account level confirmed');
  });

  it('gives nothing by the name of the scope', async () => {
    const claims = JSON.stringify({ userinfo: { assurance: null, passport: null, foreign: null } });
    const { idToken, userinfo } = await signIn(await newService(idp), { scope: 'openid', claims });
    expect(userinfo).toEqual({ sub: idToken.sub });
  });
});

describe('the consent page', () => {
  const scope = 'openid snils inn documents assurance';

  it.each([
    ['ru', 'подтверждённая', 'паспорт 13 •• ••••05, выдан 2 апреля 2008 г.'],
    ['en', 'confirmed', 'passport 13 •• ••••05, issued on 2 April 2008'],
    ['pt', 'confirmada', 'passaporte 13 •• ••••05, emitido a 2 de abril de 2008'],
  ])('shows numbers masked and the level in words (%s)', async (language, word, passport) => {
    const { words } = await signIn(await newService(idp), { scope }, { language });
    expect(words).toContain('•••-•••-445 95');
    expect(words).toContain(`••••••••${String(anna.inn).slice(-4)}`);
    expect(words).toContain(passport);
    expect(words).toContain(word);
    for (const clear of ['112-233', '11223344595', anna.inn, '412305', '1308']) expect(words).not.toContain(clear);
  });

  it('masks a document of another country', async () => {
    const { accounts, inTransaction } = idp.app.services;
    const documents = { foreign: 'QX-7654321' };
    await inTransaction((tx) => accounts.raise(tx, 'sandbox-emily', { level: 'confirmed', documents }));
    const { words, userinfo } = await signIn(await newService(idp), { scope }, { person: citizen('emily') });
    expect(words).toContain('; document of another country •••••••321');
    expect(words).not.toContain('QX');
    expect(userinfo['documents']).toEqual([
      expect.objectContaining({ type: 'passport' }),
      { type: 'foreign_document', number: 'QX-7654321' },
    ]);
  });
});

it('discovery lists scopes and claims', async () => {
  const answer = await fetch(new URL('/.well-known/openid-configuration', idp.issuer));
  const discovery: Record<string, string[]> = JSON.parse(await answer.text());
  expect(discovery['scopes_supported']).toEqual(expect.arrayContaining(['snils', 'inn', 'documents', 'assurance']));
  expect(discovery['claims_supported']).toEqual(expect.arrayContaining(names));
  expect(discovery['claims_supported']).not.toContain('assurance');
});

it('no log line holds a number', () => {
  expect(idp.logLines.length).toBeGreaterThan(20);
  const log = idp.logLines.join('\n');
  for (const clear of [anna.snils, '11223344595', anna.inn, '412305', 'QX-7654321']) expect(log).not.toContain(clear);
});
