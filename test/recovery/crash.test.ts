// A process that is killed in a recovery leaves the old password with the old sessions, or the new one with none of them; the person goes on from a page that says where they are.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { citizen } from '../support/people.ts';
import { recoveredPassword, recoverUpTo, setPassword, snilsOf } from '../support/recovery.ts';

const anna = citizen('anna');
const uri = testDatabaseUri();
let secretsDir: string;
let connection: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-recovery-crash-'));
  connection = await connect(uri);
});
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

const start = async (crashAt: string) => {
  await connection.dropDatabase();
  const port = await freePort();
  const issuer = new URL(`http://localhost:${port}`);
  const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
  const { agent: signedIn } = await openAccount({ issuer }, anna);
  const again = () => startCivicIdProcess({ uri, port, secretsDir });
  const works = async (password: string): Promise<boolean> =>
    titleOf((await openAccount({ issuer }, { ...anna, password })).page).includes('Hello');
  return { place: { issuer, connection }, first, again, signedIn, works };
};

it('killed at “document given”: the page says that no code went, and sends one when it is asked', async () => {
  const { place, first, again } = await start('document given');
  const { agent, page } = await recoverUpTo(place, anna, 'document');
  await expect(agent.submit(page, snilsOf(anna))).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await first.ended).toBe('SIGKILL');

  const second = await again();
  const code = await agent.open('/recovery');
  expect(wordsOf(code)).toContain('You have already begun');
  const unsent = await agent.open('/recovery/code');
  expect(wordsOf(unsent)).toContain('The code has not been sent yet');
  await forgetSends(place);
  await agent.submit(unsent, { action: 'resend' });
  const password = await agent.submit(unsent, { code: await lastCodeTo(place, String(anna.phone)) });
  expect(titleOf(await setPassword(agent, password))).toContain('The new password works');
  await second.stop();
}, 60_000);

it.each(['recovery: password hashed', 'recovery: password written'])(
  'killed at “%s”: the old password and the old session live, and the same page sets the new one',
  async (crashAt) => {
    const { place, first, again, signedIn, works } = await start(crashAt);
    const { agent, page } = await recoverUpTo(place, anna, 'password');
    await expect(setPassword(agent, page)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await first.ended).toBe('SIGKILL');

    const second = await again();
    if (crashAt.endsWith('written')) await endOrphanedTransaction(connection);
    expect(titleOf(await signedIn.open('/account'))).toContain('Hello');
    expect([await works(anna.password), await works(recoveredPassword)]).toEqual([true, false]);

    const retried = await agent.open('/recovery/password');
    expect(titleOf(retried)).toContain('New password');
    expect(titleOf(await setPassword(agent, retried))).toContain('The new password works');
    expect((await signedIn.get('/account')).status).toBe(303);
    expect([await works(anna.password), await works(recoveredPassword)]).toEqual([false, true]);
    await second.stop();
  },
  60_000,
);

it('killed at “recovery: password set”: the new password works, the old sessions are dead, and the page says so', async () => {
  const { place, first, again, signedIn, works } = await start('recovery: password set');
  const { agent, page } = await recoverUpTo(place, anna, 'password');
  await expect(setPassword(agent, page)).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await first.ended).toBe('SIGKILL');

  const second = await again();
  expect((await signedIn.get('/account')).status).toBe(303);
  expect([await works(anna.password), await works(recoveredPassword)]).toEqual([false, true]);
  expect(titleOf(await setPassword(agent, page, 'other-words-than-before'))).toContain('The new password works');
  expect(await works('other-words-than-before')).toBe(false);
  await second.stop();
}, 60_000);
