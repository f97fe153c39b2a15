// A process that is killed in the middle of what the account does leaves all of it or nothing, and the next one finishes or takes it anew.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, readForm, titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { basicOf } from '../support/client-keys.ts';
import { freePort } from '../support/civic-id.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { citizen } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

const uri = testDatabaseUri();
let secretsDir: string;
let connection: Awaited<ReturnType<typeof connect>>;
let listener: LogoutListener;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-killed-'));
  connection = await connect(uri);
  listener = await startLogoutListener();
});
afterAll(async () => {
  await listener.close();
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

const hungUp = /hang up|ECONNRESET/;
const recordOf = ({ id }: Citizen) =>
  nativeCollection<{ _id: string; profile: { familyName: string }; phone?: { value: string } }>(
    connection,
    'accounts',
  ).findOne({ _id: id });
const count = (collection: string, filter: object = {}) =>
  nativeCollection(connection, collection).countDocuments(filter);
/** Journal rows of one kind, and whatever waits or went to anybody. */
const told = async ({ id }: Citizen, type: string) => ({
  events: await count('journal', { accountId: id, type }),
  links: await count('not_me_links', { accountId: id }),
});

/** Signed in at a process that is going to kill itself. */
const enter = async (person: Citizen, crashAt: string) => {
  const port = await freePort();
  const issuer = new URL(`http://localhost:${port}`);
  const agent = createBrowserAgent(issuer);
  const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
  await openAccount({ issuer }, person, { agent });
  return { agent, issuer, first, restart: () => startCivicIdProcess({ uri, port, secretsDir }) };
};

it('a name is the old one, told to nobody, and is changed when it is tried again', async () => {
  const maria = citizen('maria');
  const { agent, first, restart } = await enter(maria, 'name written');
  const before = await told(maria, 'profile-changed');
  const page = await agent.open('/account/profile/name');
  const name = { family_name: 'Лугова', given_name: 'Мария', middle_name: '' };
  await expect(agent.submit(page, name)).rejects.toThrow(hungUp);
  expect(await first.ended).toBe('SIGKILL');
  await endOrphanedTransaction(connection);
  expect((await recordOf(maria))?.profile.familyName).toBe('Зайцева');
  expect(await told(maria, 'profile-changed')).toEqual(before);

  const second = await restart();
  expect((await agent.submit(page, name)).url).toContain('done=name');
  expect((await recordOf(maria))?.profile.familyName).toBe('Лугова');
  expect((await told(maria, 'profile-changed')).events).toBe(before.events + 1);
  await second.stop();
}, 60_000);

it('a contact that was to be removed stays, signs in, and is removed when it is tried again', async () => {
  const ivan = citizen('ivan');
  const identifier = { _id: `phone:${ivan.phone ?? ''}` };
  const { agent, issuer, first, restart } = await enter(ivan, 'contact removed');
  const before = await told(ivan, 'contact-removed');
  const page = await agent.open('/account/contacts/phone/remove');
  await expect(agent.submit(page, {})).rejects.toThrow(hungUp);
  expect(await first.ended).toBe('SIGKILL');
  await endOrphanedTransaction(connection);
  expect((await recordOf(ivan))?.phone?.value).toBe(ivan.phone);
  expect(await told(ivan, 'contact-removed')).toEqual(before);
  expect(await count('contact_changes', { accountId: ivan.id })).toBe(0);

  const second = await restart();
  expect(titleOf((await openAccount({ issuer }, ivan)).page)).toContain('Hello');
  expect((await agent.submit(page, {})).url).toContain('/account/contacts');
  expect((await recordOf(ivan))?.phone).toBeUndefined();
  expect((await told(ivan, 'contact-removed')).events).toBe(1);
  expect(await count('identifiers', identifier)).toBe(1); // kept for whoever takes it back
  await second.stop();
}, 60_000);

const openServices = async (agent: BrowserAgent, clientId: string) =>
  agent.open(`/account/services/withdraw?service=${clientId}`);

it.each([
  { crashAt: 'grants destroyed', isLeft: false },
  { crashAt: 'service left', isLeft: true },
])(
  'killed at “$crashAt”, a service has all or nothing, and hears of it from the next process',
  async ({ crashAt, isLeft }) => {
    const emily = citizen('emily');
    const { agent, issuer, first, restart } = await enter(emily, crashAt);
    const metadata = serviceMetadata({ backchannel_logout_uri: listener.uri });
    const { client_id: clientId } = metadata;
    await first.register(metadata);
    const service = createRelyingParty(issuer, metadata);
    const request = await service.begin();
    const page = await agent.open(request.url);
    const tokens = await request.finish((await agent.submit(page, {})).url);
    const isActive = async () => {
      const body = new URLSearchParams({ token: tokens.access_token }).toString();
      const answer = await agent.post('/token/introspection', body, {
        ...basicOf(service),
        Accept: 'application/json',
      });
      return answer.body.active === true;
    };
    expect(await isActive()).toBe(true);

    const heardBefore = listener.tokens.length;
    const asked = await openServices(agent, clientId);
    await expect(agent.submit(asked, {})).rejects.toThrow(hungUp);
    expect(await first.ended).toBe('SIGKILL');
    if (!isLeft) await endOrphanedTransaction(connection);
    const consents = () => count('consents', { '_id.accountId': emily.id, '_id.clientId': clientId });
    expect(await consents()).toBe(isLeft ? 0 : 1);

    const second = await restart();
    expect(await isActive()).toBe(!isLeft);
    if (isLeft) await listener.hears(heardBefore + 1);
    else expect(listener.tokens).toHaveLength(heardBefore);
    expect((await agent.submit(asked, {})).url).toContain(`done=${isLeft ? 'unknown' : 'withdrawn'}`);
    await listener.hears(heardBefore + 1);
    expect(listener.tokens).toHaveLength(heardBefore + 1);
    expect([await isActive(), await consents()]).toEqual([false, 0]);
    expect(await count('journal', { accountId: emily.id, type: 'service-withdrawn', clientId })).toBe(1);
    expect(titleOf(await agent.open((await service.begin()).url))).toContain('What the service will learn');
    expect(titleOf(await agent.open('/account'))).toContain('Hello');
    await second.stop();
  },
  60_000,
);

it('a file that did not come was told all the same, and comes when it is asked for again', async () => {
  const anna = citizen('anna');
  const { agent, first, restart } = await enter(anna, 'download told');
  const { hidden } = readForm((await agent.open('/account/data')).html);
  const take = () => agent.post('/account/data', new URLSearchParams(hidden).toString());
  await expect(take()).rejects.toThrow(hungUp);
  expect(await first.ended).toBe('SIGKILL');
  expect((await told(anna, 'data-downloaded')).events).toBe(1);

  const second = await restart();
  expect((await take()).headers['content-disposition']).toContain('civic-id-data.json');
  expect((await told(anna, 'data-downloaded')).events).toBe(2);
  await second.stop();
}, 60_000);
