import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSecrets, type Secrets } from '../../config/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicIdProcess, type CivicIdProcess } from '../support/civic-id-process.ts';
import { freePort, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { allAreSent, aWhile, rawMessages } from '../support/messages.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { codeIn } from '../support/new-device.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const anna = citizen('anna');

let uri: string;
let secretsDir: string;
let gateway: SmsGatewayPeer;
let dying: CivicIdProcess;
let survivor: TestCivicId;

beforeEach(async () => {
  uri = testDatabaseUri();
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-sender-'));
  gateway = await startSmsGateway();
});
afterEach(async () => {
  await dying.stop();
  await survivor.stop();
  await gateway.close();
  await dropDatabase(uri);
  await rm(secretsDir, { recursive: true, force: true });
});

const options = () => ({
  newDeviceCodes: true,
  isProduction: true,
  channels: { sms: gateway.channel({ timeoutSeconds: 10 }) },
});
const secrets = (): Secrets => {
  const read = readSecrets(secretsDir);
  if (read.outcome === 'wrong') throw new Error(read.problems.join('; '));
  return read.secrets;
};

/** Anna types her password at a process that will be killed while it sends her the code. */
const signInAtDying = async (crashAt: string) => {
  const port = await freePort();
  dying = await startCivicIdProcess({ uri, port, secretsDir, crashAt, options: options() });
  const issuer = new URL(`http://localhost:${port}`);
  const metadata = serviceMetadata({ first_party: true });
  await dying.register(metadata);
  const agent = createBrowserAgent(issuer);
  const page = await agent.open((await createRelyingParty(issuer, metadata).begin()).url);
  // The process may be gone before it has answered.
  await typeCredentials(agent, page, anna).catch(() => undefined);
};
/** Another instance looks after the same database. */
const startSurvivor = async (): Promise<void> => {
  survivor = await startCivicId({ ...options(), uri, secrets: secrets() });
};
const keys = () => gateway.requests.map(({ headers }) => headers['idempotency-key']);

describe('a sender that is killed', () => {
  it('before it has sent what it had claimed: another one sends it, once', async () => {
    await signInAtDying('message claimed');
    expect(await dying.ended).toBe('SIGKILL');
    expect(gateway.requests).toEqual([]);

    await startSurvivor();
    expect(await rawMessages(survivor)).toMatchObject([{ state: 'waiting', tries: 1 }]);
    await aWhile();
    expect(gateway.requests).toEqual([]); // it might be under way still
    await survivor.age(1.1);
    await allAreSent(survivor);
    await aWhile();
    expect(codeIn(gateway.textsTo(String(anna.phone))[0])).toMatch(/^\d{6}$/);
    expect(gateway.requests).toHaveLength(1);
  });

  it('after the gateway took it, before that was written down: it is sent once more, with the same key', async () => {
    gateway.behave('sleeps');
    await signInAtDying('never');
    await until(() => gateway.requests.length === 1);
    await dying.stop();
    gateway.behave(202);

    await startSurvivor();
    await survivor.age(1.1);
    await allAreSent(survivor);
    await survivor.age(5);
    await aWhile();
    expect(keys()).toEqual([keys()[0], keys()[0]]);
  });
});
