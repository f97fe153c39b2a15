import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { allAreSent, anSms, failuresIn, hasFailed, rawMessages, writeMessage } from '../support/messages.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

let idp: TestCivicId;
let gateway: SmsGatewayPeer;
beforeEach(async () => {
  gateway = await startSmsGateway();
});
afterEach(async () => {
  await idp.stop();
  await gateway.close();
});
const start = async (changes: Record<string, unknown> = {}): Promise<void> => {
  idp = await startCivicId({ isProduction: true, channels: { sms: gateway.channel(changes) } });
};

describe('an SMS', () => {
  it('goes to the gateway as the configuration says: address, method, headers, body', async () => {
    await start({
      method: 'PUT',
      headers: { Authorization: 'Bearer the-key', 'X-Sender': 'Civic ID' },
      body: '{"phone":"{{to}}","message":"{{text}}","ref":"{{key}}","copy":["{{to}}"]}',
    });
    await writeMessage(idp, { ...anSms, text: 'Код 004217' });
    await allAreSent(idp);

    const [request] = gateway.requests;
    const id = String((await rawMessages(idp))[0]?._id);
    expect(request).toMatchObject({ method: 'PUT', path: '/v1/send' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer the-key',
      'x-sender': 'Civic ID',
      'content-type': 'application/json',
      'idempotency-key': id,
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      phone: '+79000000001',
      message: 'Код 004217',
      ref: id,
      copy: ['+79000000001'],
    });
  });

  it.each([
    ['quotes and a comma', '","to":"+79990000000'],
    ['backslashes', 'a\\b\\"c\\u0022'],
    ['line breaks', 'первая\nвторая\r\nтретья\tс отступом'],
    ['names of the template', '{{to}} {{key}} {{text}}'],
    ['signs that replacing text takes for orders', "$& $1 $$ $` $'"],
    ['letters outside the common plane', '🔑 код\u2028и\u2029ещё \u0000'],
  ])('stays one text of the body, with %s in it', async (_what, text) => {
    await start();
    await writeMessage(idp, { ...anSms, text });
    await allAreSent(idp);
    expect(JSON.parse(gateway.requests[0]?.body ?? '')).toEqual({
      to: '+79000000001',
      text,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('goes with the headers of the configuration in place of ours, however they are written', async () => {
    await start({ headers: { 'content-type': 'text/plain', 'IDEMPOTENCY-KEY': 'none' } });
    await writeMessage(idp, anSms);
    await allAreSent(idp);
    expect(gateway.requests[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'idempotency-key': 'none' });
  });

  it('has the same key at every try, and another than any other message', async () => {
    await start();
    gateway.behave(500);
    await writeMessage(idp, anSms);
    await hasFailed(idp, 1);
    await idp.age(1);
    await hasFailed(idp, 2);
    gateway.behave(200);
    await idp.age(1);
    await allAreSent(idp);
    await writeMessage(idp, anSms);
    await allAreSent(idp);

    const keys = gateway.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });
});

describe('the gateway', () => {
  it('is not followed to another address', async () => {
    const port = await freePort();
    const elsewhere = { requests: 0 };
    const other = createServer((_request, response) => {
      elsewhere.requests += 1;
      response.end();
    }).listen(port);
    await once(other, 'listening');
    const redirecting = createServer((_request, response) => {
      response.writeHead(307, { Location: `http://127.0.0.1:${port}/` }).end();
    }).listen(0);
    await once(redirecting, 'listening');
    const address = redirecting.address();
    await start({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` });
    await writeMessage(idp, anSms);
    await hasFailed(idp, 1);
    expect(elsewhere.requests).toBe(0);
    for (const server of [other, redirecting]) server.close().closeAllConnections();
  });

  it.each([
    { status: 400, isDown: false },
    { status: 422, isDown: false },
    { status: 401, isDown: true },
    { status: 429, isDown: true },
    { status: 500, isDown: true },
    { status: 503, isDown: true },
  ])('answers $status: is the channel down for everybody? $isDown', async ({ status, isDown }) => {
    await start();
    gateway.behave(status);
    await writeMessage(idp, anSms);
    await hasFailed(idp, 1);
    expect(failuresIn(idp)).toEqual([{ channel: 'sms', tries: 1, code: `HTTP ${status}` }]);
    expect(await idp.app.services.delivery.isDown('sms')).toBe(isDown);
    expect(await rawMessages(idp)).toMatchObject([{ state: 'waiting', tries: 1 }]);
  });

  it.each([
    { mood: 'hangs up', code: /UND_ERR_SOCKET|ECONNRESET/ },
    { mood: 'sleeps', code: /TimeoutError/ },
  ] as const)('$mood: the log names the kind of failure and nothing of the person', async ({ mood, code }) => {
    await start();
    gateway.behave(mood);
    await writeMessage(idp, anSms);
    await hasFailed(idp, 1);
    expect(failuresIn(idp)).toEqual([{ channel: 'sms', tries: 1, code: expect.stringMatching(code) }]);
    expect(idp.logLines.join()).not.toMatch(/79000000001|Вход|127\.0\.0\.1|key-of-the-gateway/);
  });
});
