// New terms of use are asked about once, at the next sign-in, after the person is known and before a service learns anything.
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';

const uri = testDatabaseUri();
const secrets = makeTestSecrets();
const anna = citizen('anna');
let idp: TestCivicId;
beforeEach(async () => {
  await (await startCivicId({ uri, secrets })).stop(); // the citizens have agreed to what was in force then
  idp = await startCivicId({ uri, secrets, termsVersion: '2026-12-01' });
});
afterEach(async () => {
  await idp.stop();
  await dropDatabase(uri);
});

const signIn = async () => {
  const agent = createBrowserAgent(idp.issuer);
  const service = await newService(idp);
  const request = await service.begin();
  return { agent, service, request, page: await typeCredentials(agent, await agent.open(request.url), anna) };
};

it('are asked before consent, and once', async () => {
  const { agent, service, request, page } = await signIn();
  expect(titleOf(page)).toContain('The terms of use have changed');
  const consent = await agent.submit(page, {});
  expect(titleOf(consent)).toContain('What the service will learn about you');
  await request.finish((await agent.submit(consent, {})).url);

  const again = await service.begin({ prompt: 'login' });
  expect((await typeCredentials(agent, await agent.open(again.url), anna)).isElsewhere).toBe(true);
  const event = await nativeCollection(idp.connection, 'journal').findOne({ type: 'terms-accepted' });
  expect(event).toMatchObject({ accountId: anna.id, termsVersion: '2026-12-01' });
});

it('can be left for now: the service is told, and they are asked again', async () => {
  const { agent, request, page } = await signIn();
  const refused = await agent.submit(page, { action: 'cancel' });
  await expect(request.finish(refused.url)).rejects.toMatchObject({ error: 'access_denied' });
  expect(titleOf((await signIn()).page)).toContain('The terms of use have changed');
});

it('are interaction_required where nothing may be asked', async () => {
  const { agent, service, page } = await signIn();
  expect(page.status).toBe(200);
  const silent = await service.begin({ prompt: 'none' });
  const answer = await agent.open(silent.url);
  await expect(silent.finish(answer.url)).rejects.toMatchObject({
    error: expect.stringMatching(/^(interaction|login)_required$/),
  });
});

it('can be read by everybody, in three languages, with the day that they are from', async () => {
  for (const [locale, day] of [
    ['ru', '1 декабря 2026'],
    ['en', '1 December 2026'],
    ['pt', '1 de dezembro de 2026'],
  ]) {
    const page = await createBrowserAgent(idp.issuer).open(`/terms?lang=${String(locale)}`);
    expect(wordsOf(page)).toContain(day);
  }
  for (const path of ['/privacy', '/cookies'])
    expect((await createBrowserAgent(idp.issuer).open(path)).status).toBe(200);
});

it('the cookie page names each cookie of ours, and the other says what is kept, downloaded and deleted', async () => {
  const words = async (path: string) => wordsOf(await createBrowserAgent(idp.issuer).open(`${path}?lang=en`));
  const cookies = await words('/cookies');
  const table = await readFile(new URL('../../docs/administering.md', import.meta.url), 'utf8');
  const names = [...table.matchAll(/`__(?:Host|Secure)-(civic_[a-z]+)`/g)].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(cookies).toContain(name);
  const privacy = await words('/privacy');
  for (const said of ['downloaded as a file', 'For 7 days you can keep it', 'The journal is kept for good'])
    expect(privacy).toContain(said);
});
