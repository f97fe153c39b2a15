// A process that is killed while an account is made leaves no half of one: a second press finds it whole.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { givePassword, rosa, rosasEmail } from '../support/registration.ts';

const uri = testDatabaseUri();
let secretsDir: string;
let connection: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-registration-crash-'));
  connection = await connect(uri);
});
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

it('killed when the account was just written, it is whole, and so is the way: the person is told that it is ready', async () => {
  const port = await freePort();
  const issuer = new URL(`http://localhost:${port}`);
  const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt: 'account created' });
  const agent = createBrowserAgent(issuer);
  const contact = await agent.submit(await agent.open('/registration'), rosa);
  const code = await agent.submit(contact, { contact: rosasEmail });
  const outbox = await agent.get('/sandbox/outbox', { Accept: 'application/json' });
  const check = await givePassword(
    agent,
    await agent.submit(code, { code: outbox.body[0].code }),
    'roses-need-no-reason',
  );
  await expect(agent.submit(check, { terms: 'yes' })).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await first.ended).toBe('SIGKILL');

  const second = await startCivicIdProcess({ uri, port, secretsDir });
  const made = nativeCollection(connection, 'accounts');
  expect(await made.countDocuments({ 'email.value': rosasEmail })).toBe(1);
  const done = await agent.open('/registration/check');
  expect(titleOf(done)).toContain('Your account is ready');
  expect(await made.countDocuments({ 'email.value': rosasEmail })).toBe(1);
  await second.stop();
}, 60_000);
