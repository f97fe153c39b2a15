// All of it or nothing: a write that fails undoes the others, and a process that is killed leaves no half of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { openFailPoint, type FailPoint } from '../support/fail-point.ts';
import { allAreSent } from '../support/messages.ts';
import { linkIn, tellOf, traitsOf } from '../support/not-me.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import { newPersonWithPin } from '../support/step-up.ts';

let failPoint: FailPoint;
beforeAll(async () => {
  failPoint = await openFailPoint();
});
afterEach(() => failPoint.recover());
afterAll(() => failPoint.close());

describe('a write that fails', () => {
  let idp: TestCivicId;
  beforeAll(async () => {
    idp = await startCivicId({ uri: failPoint.uri });
  });
  afterAll(() => idp.stop());

  it.each([
    { collection: 'journal', command: 'insert' },
    { collection: 'messages', command: 'insert' },
    { collection: 'devices', command: 'delete' },
    { collection: 'pins', command: 'update' },
  ])('to $collection undoes everything, and the same link works a moment later', async ({ collection, command }) => {
    const person = await newPersonWithPin(idp);
    const link = await tellOf(idp, person);
    await allAreSent(idp);
    const before = await traitsOf(idp, person);
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.open(link);

    const namespace = `${idp.connection.name}.${collection}`;
    await failPoint.fail({ failCommands: [command], namespace, errorCode: 11_601 }, 'always'); // Interrupted
    expect((await agent.submit(page, {})).status).toBeGreaterThanOrEqual(500);
    await failPoint.recover();
    expect(await traitsOf(idp, person)).toEqual(before);

    expect(titleOf(await agent.submit(page, {}))).toContain('Your account is secured');
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, pin: 'locked', isHeld: true, events: 1 });
  });
});

describe('kill -9', () => {
  const anna = citizen('anna');
  let secretsDir: string;
  let connection: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-not-me-crash-'));
    connection = await connect(failPoint.uri);
  });
  afterAll(async () => {
    await connection.close();
    await rm(secretsDir, { recursive: true, force: true });
  });
  const accountOf = () => nativeCollection<{ _id: string }>(connection, 'accounts').findOne({ _id: anna.id });
  const count = (collection: string, filter: object) => nativeCollection(connection, collection).countDocuments(filter);

  /** Anna has been told of a sign-in, and has the page open. */
  const told = async (port: number, crashAt: string) => {
    await connection.dropDatabase();
    const options = { newDeviceCodes: true };
    const idp = await startCivicIdProcess({ uri: failPoint.uri, port, secretsDir, crashAt, options });
    const issuer = new URL(`http://localhost:${port}`);
    const metadata = serviceMetadata({ first_party: true });
    await idp.register(metadata);
    const agent = createBrowserAgent(issuer);
    const code = await typeCredentials(
      agent,
      await agent.open((await createRelyingParty(issuer, metadata).begin()).url),
      anna,
    );
    const outbox = async () => (await agent.get('/sandbox/outbox', { Accept: 'application/json' })).body;
    await agent.submit(code, { code: (await outbox())[0].code, remember_browser: 'yes' });
    const link = linkIn((await outbox())[0].text);
    return {
      idp,
      agent,
      page: await agent.open(link),
      restart: () => startCivicIdProcess({ uri: failPoint.uri, port, secretsDir, options }),
    };
  };
  const press = ({ agent, page }: { agent: BrowserAgent; page: Awaited<ReturnType<BrowserAgent['open']>> }) =>
    agent.submit(page, {}).catch(() => undefined);

  it('in the middle of it leaves the account as it was, and the link good', async () => {
    const visit = await told(await freePort(), '');
    const before = await accountOf();
    const namespace = `${connection.name}.journal`;
    await failPoint.fail({ failCommands: ['insert'], namespace, blockConnection: true, blockTimeMS: 3000 }, 1);
    const pressed = press(visit);
    await sleep(700); // sessions, password, PIN and browsers are written, and not the journal
    await visit.idp.stop();
    await pressed;
    await failPoint.recover();
    await sleep(3000);
    await connection.getClient().db('admin').command({ killAllSessions: [] }); // as the server does by itself in a while

    const again = await visit.restart();
    expect(await accountOf()).toEqual(before);
    expect(await count('devices', { accountId: anna.id })).toBe(1);
    expect(await count('journal', { type: 'not-me' })).toBe(0);
    expect(titleOf((await press(visit)) ?? visit.page)).toContain('Your account is secured');
    await again.stop();
  }, 60_000);

  it('right after it leaves all of it, and what has to be told goes out when the product is back', async () => {
    const visit = await told(await freePort(), 'account secured');
    await press(visit);
    expect(await visit.idp.ended).toBe('SIGKILL');
    expect(await accountOf()).not.toHaveProperty('passwordVerifier');
    expect(await count('devices', { accountId: anna.id })).toBe(0);
    expect(await count('journal', { type: 'not-me' })).toBe(1);

    const again = await visit.restart();
    expect(titleOf((await press(visit)) ?? visit.page)).toContain('Your account is secured');
    expect(await count('journal', { type: 'not-me' })).toBe(1);
    await sleep(2000);
    expect(await count('messages', { state: 'waiting' })).toBe(0);
    await again.stop();
  }, 60_000);
});
