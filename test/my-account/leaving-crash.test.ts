// A process that is killed while it deletes an account leaves it whole, and another one deletes it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { citizen } from '../support/people.ts';

const uri = testDatabaseUri();
let secretsDir: string;
let connection: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-leaving-crash-'));
  connection = await connect(uri);
});
afterAll(async () => {
  await connection.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

it.each([
  { crashAt: 'account removed', id: 'anna' },
  { crashAt: 'data removed', id: 'dmitry' },
])(
  'killed at “$crashAt”, everything is still there, and another instance deletes it at its first look',
  async ({ crashAt, id }) => {
    const { id: accountId } = citizen(id);
    const count = async (collection: string, filter: object): Promise<number> =>
      nativeCollection(connection, collection).countDocuments(filter);
    const port = await freePort();
    await (await startCivicIdProcess({ uri, port, secretsDir })).stop(); // the citizens are there now
    const due = { $set: { state: 'leaving', deleteAt: new Date(Date.now() - 1000) } };
    await nativeCollection<{ _id: string }>(connection, 'accounts').updateOne({ _id: accountId }, due);

    const first = await startCivicIdProcess({ uri, port: await freePort(), secretsDir, crashAt }).catch(
      () => undefined,
    );
    if (first !== undefined) expect(await first.ended).toBe('SIGKILL');
    expect(await count('accounts', { _id: accountId })).toBe(1);
    expect(await count('identifiers', { accountId })).toBeGreaterThan(0);
    await endOrphanedTransaction(connection);

    const second = await startCivicIdProcess({ uri, port: await freePort(), secretsDir });
    for (let turn = 0; turn < 100 && (await count('accounts', { _id: accountId })) > 0; turn += 1) await sleep(100);
    expect(await count('accounts', { _id: accountId })).toBe(0);
    expect(await count('identifiers', { accountId })).toBe(0);
    expect(await count('pins', { _id: accountId })).toBe(0);
    expect(await count('journal', { accountId })).toBe(0);
    await second.stop();
  },
  60_000,
);
