import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { makeTestSecrets, startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { until } from '../support/ledger.ts';
import { allAreSent, anEmail, anSms, aWhile, hasFailed, rawMessages, writeMessage } from '../support/messages.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { race } from '../support/race.ts';
import { codeIn, readOutbox, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

let gateway: SmsGatewayPeer;
const startGateway = async (): Promise<void> => {
  gateway = await startSmsGateway();
  opened.push(gateway.close);
};
const start = async (options: TestOptions = {}): Promise<TestCivicId> => {
  const idp = await startCivicId({ isProduction: true, channels: { sms: gateway.channel() }, ...options });
  opened.push(idp.stop);
  return idp;
};
/** Two instances on one database; `changes` are those of the second. */
const startBoth = async (changes: TestOptions = {}): Promise<[TestCivicId, TestCivicId]> => {
  const uri = testDatabaseUri();
  opened.push(() => dropDatabase(uri));
  const shared = { uri, secrets: makeTestSecrets() };
  return [await start(shared), await start({ ...shared, ...changes })];
};

describe('a message on its way', () => {
  it('is written in the transaction of its cause and is gone with it', async () => {
    await startGateway();
    const idp = await start();
    const { delivery, inTransaction } = idp.app.services;
    const failing = inTransaction(async (tx) => {
      await delivery.write(tx, anSms);
      throw new Error('the cause failed');
    });
    await expect(failing).rejects.toThrow('the cause failed');
    delivery.nudge();
    await aWhile();
    expect(await rawMessages(idp)).toEqual([]);
    expect(gateway.requests).toEqual([]);
  });

  it('can be read by nobody in the database while it waits, and is gone from there once it is sent', async () => {
    await startGateway();
    gateway.behave(500);
    const idp = await start();
    await writeMessage(idp, { ...anSms, text: 'canary-text', code: '482915', subject: 'canary-subject' });
    await hasFailed(idp, 1);
    const { messages = '' } = await dumpDatabase(idp);
    expect(messages).not.toMatch(/canary|482915|79000000001/);

    gateway.behave(202);
    await idp.age(1);
    await allAreSent(idp);
    expect(await rawMessages(idp)).toMatchObject([{ state: 'sent', sealed: null }]);
  });

  it('that is a decoy costs the same row and never leaves', async () => {
    await startGateway();
    const idp = await start();
    await writeMessage(idp, { ...anSms, isDecoy: true });
    await writeMessage(idp, anSms);
    await allAreSent(idp);
    await idp.age(60);
    await aWhile();
    expect(gateway.requests).toHaveLength(1);

    const [decoy, real] = await rawMessages(idp);
    expect(decoy).toMatchObject({ state: 'decoy', tries: 0 });
    expect(Object.keys(decoy ?? {})).toEqual(Object.keys(real ?? {}));
  });

  it('takes the place of one before it in the same thread that still waits', async () => {
    await startGateway();
    gateway.behave(500);
    const idp = await start();
    await writeMessage(idp, { ...anSms, text: 'first', thread: 'one' });
    await writeMessage(idp, { ...anSms, text: 'another thread', thread: 'two' });
    await hasFailed(idp, 1);
    gateway.behave(202);
    gateway.requests.splice(0);
    await writeMessage(idp, { ...anSms, text: 'second', thread: 'one' });
    await until(async () => (await rawMessages(idp, { state: 'sent' })).length === 1);
    await idp.age(1);
    await allAreSent(idp);
    expect(gateway.textsTo(anSms.to).sort()).toEqual(['another thread', 'second']);
  });

  it('that was sealed with a lost key waits for the key and keeps nobody else waiting', async () => {
    await startGateway();
    gateway.behave(500);
    const [first, second] = await startBoth({ secrets: makeTestSecrets() });
    await writeMessage(first, { ...anSms, text: 'sealed by the first' });
    await hasFailed(first, 1);
    await first.app.services.delivery.stop();
    gateway.behave(202);
    gateway.requests.splice(0);

    await second.age(1);
    await hasFailed(second, 2);
    await writeMessage(second, { ...anSms, text: 'sealed by the second' });
    await aWhile();
    expect(gateway.textsTo(anSms.to)).toEqual(['sealed by the second']);
    expect(await rawMessages(second)).toMatchObject([{ state: 'waiting' }, { state: 'sent' }]);
  });
});

describe('two senders', () => {
  it('send each message once, and share the work', async () => {
    await startGateway();
    const [first, second] = await startBoth();
    await race(60, async (index) => {
      await writeMessage(index % 2 === 0 ? first : second, { ...anSms, text: `message ${index}` });
      first.app.services.delivery.nudge();
      second.app.services.delivery.nudge();
    });
    await allAreSent(first);
    await aWhile();
    const texts = gateway.textsTo(anSms.to);
    expect(texts).toHaveLength(60);
    expect(new Set(texts).size).toBe(60);
  });

  it('leave to each other what one of them has under way', async () => {
    await startGateway();
    gateway.behave('sleeps');
    const [first, second] = await startBoth();
    await writeMessage(first, anSms);
    await until(() => gateway.requests.length === 1);
    for (let turn = 0; turn < 3; turn += 1) {
      second.app.services.delivery.nudge();
      await sleep(200);
    }
    expect(gateway.requests).toHaveLength(1);
  });
});

describe('a deployment without a channel', () => {
  it('sends a code by the channel that there is', async () => {
    await startGateway();
    const idp = await start({ newDeviceCodes: true, channels: { email: undefined, sms: gateway.channel() } });
    const { page } = await typePassword(idp, citizen('maria')); // has an e-mail and no phone
    expect(page.isElsewhere).toBe(true);
    const asked = await typePassword(idp, citizen('anna'));
    expect(asked.page.isElsewhere).toBe(false);
    await allAreSent(idp);
    expect(await rawMessages(idp)).toMatchObject([{ channel: 'sms' }]);
  });
});

describe('the outbox of a sandbox', () => {
  it('keeps what was sent, newest first, as the documentation says', async () => {
    const idp = await startCivicId({ newDeviceCodes: true });
    opened.push(idp.stop);
    await writeMessage(idp, anEmail);
    await typePassword(idp, citizen('anna'));
    await writeMessage(idp, { ...anSms, isDecoy: true });
    await allAreSent(idp);

    const [code, notice, ...others] = await readOutbox(idp);
    expect(others).toEqual([]);
    expect(notice).toEqual({
      at: expect.any(String),
      channel: 'email',
      to: 'anna@example.org',
      purpose: 'notice',
      subject: 'Вход',
      text: 'Вход с нового устройства',
      code: null,
    });
    expect(code).toMatchObject({ channel: 'sms', to: '+79000000001', purpose: 'sign-in', subject: null });
    expect(code?.code).toMatch(/^\d{6}$/);
    expect(codeIn(code?.text)).toBe(code?.code);
    expect(new Date(code?.at ?? '').toISOString()).toBe(code?.at);
  });

  it('shows them to a person too', async () => {
    const idp = await startCivicId();
    opened.push(idp.stop);
    await writeMessage(idp, { ...anSms, text: 'Привет <b>', code: '004217' });
    const { html } = await createBrowserAgent(idp.issuer).open('/sandbox/outbox');
    expect(html).toContain('Привет &lt;b&gt;');
    expect(html).toContain('004217');
  });
});
