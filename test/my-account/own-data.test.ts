// One's own data: everything that is held, to read and as a file, without a secret, and told to its person.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, readForm, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { signInAndAllow } from '../support/people.ts';
import { failuresOf, newPersonWithPin, openPinPage } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const path = '/account/data';
const fileSchema = z.object({
  madeAt: z.string(),
  held: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  notByAccount: z.record(z.string(), z.string()),
});
const takeFile = async (agent: BrowserAgent) => {
  const page = await agent.open(path);
  return agent.post(path, new URLSearchParams(readForm(page.html).hidden).toString());
};

let count = 0;
/** Somebody who has used everything. */
const busyPerson = async (): Promise<{ person: Citizen; agent: BrowserAgent }> => {
  const person = await newPersonWithPin(idp);
  const { devices, inTransaction, accounts } = idp.app.services;
  await inTransaction((tx) => devices.remember(tx, person.id, 'Firefox, Linux', devices.draw(undefined)));
  count += 1;
  const documents = {
    snils: `112233445${90 + count}`, // one person's alone
    inn: '500100732259',
    passport: { series: '4509', number: `12345${count}`, issueDate: '2009-03-14' },
  };
  await inTransaction((tx) => accounts.raise(tx, person.id, { level: 'confirmed', documents }));
  const agent = createBrowserAgent(idp.issuer);
  const service = await newService(idp, { grant_types: ['authorization_code', 'refresh_token'] });
  const request = await service.begin();
  await request.finish((await signInAndAllow(agent, request.url, person)).url);
  await openPinPage(idp, { person, agent: createBrowserAgent(idp.issuer) });
  await openAccount(idp, person, { path, agent });
  await takeFile(agent); // a notice with its link
  return { person, agent };
};

describe('the page', () => {
  it('asks for the password first where the sign-in is not fresh', async () => {
    const { agent, page } = await openAccount(idp, await newPerson(idp), { path });
    expect(titleOf(page)).toContain('My data');
    await idp.age(10);
    expect((await agent.open(path)).url).toContain('/account/proof/data');
  });

  it('tells all of it in words, documents in full, and is kept nowhere', async () => {
    const { person, agent } = await busyPerson();
    const page = await agent.open(path);
    const words = wordsOf(page);
    for (const said of [person.email ?? '', '112-233-445', '500100732259', '4509 12345', 'Firefox, Linux', 'Ветрова'])
      expect(words).toContain(said);
    expect(page.headers['cache-control']).toContain('no-store');
    expect(page.html).not.toContain('my-data.');
  });

  it('tells what services may see in the words of the consent, and the file in the words of the protocol', async () => {
    const { agent } = await busyPerson();
    const page = await agent.open(path);
    const words = wordsOf(page);
    expect(words).toMatch(/What the service sees Full name/);
    expect(words).not.toMatch(/openid|offline_access|given_name|birthdate|"scope"/);
    expect(words).toMatch(/How the sign-in was proved password/);

    const { held } = fileSchema.parse(JSON.parse((await takeFile(agent)).text));
    for (const name of ['consents', 'oidc_grant', 'oidc_refresh_token'])
      expect([name, held[name]?.[0]?.['scopes']]).toEqual([name, expect.arrayContaining(['openid', 'profile'])]);
  });
});

describe('the file', () => {
  it('is a JSON attachment that nobody keeps, in the journal and told on every contact', async () => {
    const person = await newPerson(idp);
    const { agent } = await openAccount(idp, person, { path });
    const answer = await takeFile(agent);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="civic-id-data.json"');
    expect(answer.headers['cache-control']).toContain('no-store');
    const rows = nativeCollection(idp.connection, 'journal');
    expect(await rows.countDocuments({ accountId: person.id, type: 'data-downloaded' })).toBe(1);
    const told = (await readOutbox(idp)).filter(
      ({ to, subject }) => to === person.email && subject?.includes('данные'),
    );
    expect(told).toHaveLength(1);
  });

  it('is for its own form, its own person and a fresh proof alone', async () => {
    const { agent, page } = await openAccount(idp, await newPerson(idp), { path });
    const { hidden } = readForm(page.html);
    const body = (fields: Record<string, string>) => new URLSearchParams({ ...hidden, ...fields }).toString();
    expect((await agent.post(path, body({ csrf: 'x' }))).status).toBe(403);
    expect((await agent.post(path, body({ more: 'x' }))).status).toBe(400);
    expect((await createBrowserAgent(idp.issuer).post(path, body({}))).status).toBe(403);
    await idp.age(10);
    const late = await agent.post(path, body({}));
    expect(late.status).toBe(303);
    expect(late.headers['location']).toContain('/account/proof/data');
  });

  it('has everything that stands under the person in the raw collections, field by field', async () => {
    const { person, agent } = await busyPerson();
    const { held, notByAccount } = fileSchema.parse(JSON.parse((await takeFile(agent)).text));
    const database = idp.connection.getClient().db(idp.connection.name);
    for (const { name } of await database.listCollections().toArray()) {
      const rows = await database.collection(name).find().toArray();
      const ours = rows.filter((row) => JSON.stringify(row).includes(person.id));
      if (notByAccount[name] === undefined) expect([name, held[name]?.length]).toEqual([name, ours.length]);
      // What is not read by account may name them only for a while.
      else if (ours.length > 0) expect(notByAccount[name]).toMatch(/swept/);
    }
    for (const name of [
      'devices',
      'consents',
      'pins',
      'operations',
      'not_me_links',
      'oidc_grant',
      'oidc_refresh_token',
    ])
      expect([name, (held[name]?.length ?? 0) > 0]).toEqual([name, true]);

    const row = await nativeCollection<{ _id: string }>(idp.connection, 'accounts').findOne({ _id: person.id });
    const told = new Set(Object.keys(held['accounts']?.[0] ?? {}));
    const toldAs: Record<string, string> = {
      ['_id']: 'id',
      profile: 'givenName',
      documents: 'snils',
      terms: 'termsVersion',
    };
    const secrets = ['passwordVerifier', 'documentHashes', 'schemaVersion'];
    const missing = Object.keys(row ?? {}).filter(
      (field) => !secrets.includes(field) && !told.has(toldAs[field] ?? field),
    );
    expect(missing).toEqual([]);
  });

  it('holds no secret: no verifier, hash, sealed text, token or cookie', async () => {
    const { person, agent } = await busyPerson();
    const { text } = await takeFile(agent);
    const [account, pin] = [
      await nativeCollection<{
        _id: string;
        passwordVerifier: { hash: string };
        documentHashes: Record<string, string>;
      }>(idp.connection, 'accounts').findOne({ _id: person.id }),
      await nativeCollection<{ _id: string; verifier: { hash: string } }>(idp.connection, 'pins').findOne({
        _id: person.id,
      }),
    ];
    const secrets = [
      account?.passwordVerifier.hash ?? 'none',
      ...Object.values(account?.documentHashes ?? {}),
      pin?.verifier.hash ?? 'none',
      person.password,
    ];
    expect(secrets).not.toContain('none');
    for (const secret of secrets) expect(text).not.toContain(secret);
    for (const word of ['sealed"', 'verifier', 'jti', 'cookie', '$2b$', '$2a$']) expect(text).not.toContain(`"${word}`);
  });

  it('has nothing of anybody else', async () => {
    const { person: other } = await busyPerson();
    const { agent } = await busyPerson();
    const { text } = await takeFile(agent);
    expect(text).not.toContain(other.id);
    expect(text).not.toContain(other.email ?? '');
  });
});
