// A process that is killed while a password changes leaves the old one with the old sessions, never a half.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen } from '../support/people.ts';

const anna = citizen('anna');
const fresh = 'eleven violet kettles';
const uri = testDatabaseUri();
let secretsDir: string;
let connection: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-account-crash-'));
  connection = await connect(uri);
});
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

it.each(['password compared', 'password replaced'])(
  'killed at “%s”, the old password and both sessions live on, and the change works when it is tried again',
  async (crashAt) => {
    const port = await freePort();
    const issuer = new URL(`http://localhost:${port}`);
    const here = createBrowserAgent(issuer);
    const there = createBrowserAgent(issuer);
    const changeTo = async (old: string, next: string) => {
      const page = await here.open('/account/password');
      return here.submit(page, { password: old, new_password: next, new_password_again: next });
    };

    const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
    await openAccount({ issuer }, anna, { agent: there });
    await openAccount({ issuer }, anna, { agent: here });
    await expect(changeTo(anna.password, fresh)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await first.ended).toBe('SIGKILL');

    const second = await startCivicIdProcess({ uri, port, secretsDir });
    expect(titleOf(await there.open('/account'))).toContain('Hello');
    expect(titleOf(await here.open('/account'))).toContain('Hello');
    if (crashAt === 'password replaced') await endOrphanedTransaction(connection);
    expect(titleOf((await openAccount({ issuer }, anna)).page)).toContain('Hello');
    const withFresh = await openAccount({ issuer }, { ...anna, password: fresh });
    expect(titleOf(withFresh.page)).toContain('Sign in');

    expect(titleOf(await changeTo(anna.password, fresh))).toContain('Security');
    expect((await there.get('/account')).status).toBe(303);
    expect(titleOf(await changeTo(fresh, anna.password))).toContain('Security');
    await second.stop();
  },
  60_000,
);
