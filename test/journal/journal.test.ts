// Each thing that happens to a sign-in is written down once, with ids and masks only; what cannot be written down does not happen.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { shortenNetwork } from '../../src/web/index.ts';
import { createBrowserAgent, readForm, titleOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { startTestServer, stopTestServer } from '../support/test-server.ts';

let idp: TestCivicId;
/** Ours; the product's own is the one that fails. */
let connection: TestCivicId['connection'];
beforeAll(async () => {
  const uri = await startTestServer(); // of its own: a fail point is the whole server's
  connection = await connect(uri);
  // A server that was believed to go away is looked for twice a second instead of every ten.
  idp = await startCivicId({ uri: `${uri}&heartbeatFrequencyMS=500`, trustedProxyHops: 1 });
});
afterAll(async () => {
  await idp.stop();
  await connection.close();
  await stopTestServer();
});

const anna = citizen('anna');
const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const visitor = { 'User-Agent': browser, 'X-Forwarded-For': '203.0.113.77' };

const events = () => nativeCollection<Record<string, unknown>>(connection, 'journal').find().sort({ _id: 1 }).toArray();
/** What was written while `work` ran. */
const written = async (work: () => Promise<unknown>) => {
  const before = (await events()).length;
  await work();
  return (await events()).slice(before);
};
const openSignIn = async (parameters: Record<string, string> = {}) => {
  const service = await newService(idp);
  const { url } = await service.begin(parameters);
  const agent = createBrowserAgent(idp.issuer);
  return { agent, url, page: await agent.open(url), clientId: service.metadata.client_id };
};
/** Posts the form of a page and answers with nothing but the answer. */
const send = (agent: BrowserAgent, page: PageView, fields: Record<string, string>, headers = visitor) => {
  const { action, hidden } = readForm(page.html);
  return agent.post(action, new URLSearchParams({ ...hidden, ...fields }).toString(), headers);
};
const credentials = { identifier: anna.phone ?? '', password: anna.password };

describe('one event and no more is written', () => {
  const event = (type: string, accountId: string | null, clientId: string, requestId: unknown) => ({
    _id: expect.anything(),
    at: expect.any(Date),
    type,
    accountId,
    clientId,
    requestId,
    network: '203.0.113.0/24',
    device: 'Chrome, Windows',
  });

  it('of a sign-in', async () => {
    const { agent, page, clientId } = await openSignIn();
    let requestId: unknown;
    const [first, ...others] = await written(async () => {
      const answer = await send(agent, page, credentials);
      expect(answer.status).toBe(303);
      requestId = answer.headers['x-request-id'];
    });
    expect(others).toEqual([]);
    expect(first).toStrictEqual(event('sign-in', 'sandbox-anna', clientId, requestId));
    expect(requestId).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
    expect(Math.abs(Number(first?.['at']) - Date.now())).toBeLessThan(10_000);
  });

  it.each([
    ['of a wrong password', { ...credentials, password: 'wrong' }, 'sandbox-anna'],
    ['of an unknown person', { identifier: 'nobody@example.org', password: 'wrong' }, null],
    ['of a text that is no identifier', { identifier: 'my whole name', password: 'wrong' }, null],
    ['of a disabled person', { identifier: '+79000000008', password: citizen('viktor').password }, 'sandbox-viktor'],
  ])('of a refusal: %s', async (_what, fields, accountId) => {
    const { agent, page, clientId } = await openSignIn();
    let requestId: unknown;
    const [first, ...others] = await written(async () => {
      const answer = await send(agent, page, fields);
      expect(answer.status).toBe(422);
      requestId = answer.headers['x-request-id'];
    });
    expect(others).toEqual([]);
    expect(first).toStrictEqual(event('sign-in-refused', accountId, clientId, requestId));
  });

  it('of what began a wait, and nothing for each knock while it lasts', async () => {
    const { agent, page } = await openSignIn();
    const fields = { identifier: 'waiting@example.org', password: 'wrong' };
    const begun = await written(async () => {
      for (let turn = 0; turn < 10; turn += 1) await send(agent, page, fields);
    });
    expect(begun).toHaveLength(10);
    const types = (await written(() => send(agent, page, fields))).map(({ type }) => type);
    expect(types).toEqual([]);
  });

  it('of a sign-in that is cancelled', async () => {
    const { agent, page, clientId } = await openSignIn();
    let requestId: unknown;
    const [first, ...others] = await written(async () => {
      const answer = await send(agent, page, { action: 'cancel' });
      expect(answer.status).toBe(303);
      requestId = answer.headers['x-request-id'];
    });
    expect(others).toEqual([]);
    expect(first).toStrictEqual(event('sign-in-cancelled', null, clientId, requestId));
  });

  it.each([
    ['given', {}, 'consent-given'],
    ['refused', { action: 'cancel' }, 'consent-refused'],
  ])('of a consent that is %s', async (_what, fields, type) => {
    const { agent, page, clientId } = await openSignIn();
    const consentPage = await typeCredentials(agent, page, anna);
    let requestId: unknown;
    const [first, ...others] = await written(async () => {
      const answer = await send(agent, consentPage, fields);
      expect(answer.status).toBe(303);
      requestId = answer.headers['x-request-id'];
    });
    expect(others).toEqual([]);
    expect(first).toStrictEqual(event(type, 'sandbox-anna', clientId, requestId));
  });

  it('and none of looking at a page or of a form that was not filled in', async () => {
    const { agent, page, url } = await openSignIn();
    const none = await written(async () => {
      await agent.open(url);
      await agent.get(page.url);
      expect((await send(agent, page, { identifier: '', password: '' })).status).toBe(422);
      expect((await send(agent, page, { ...credentials, csrf: 'wrong' })).status).toBe(403);
      expect((await send(agent, page, { ...credentials, more: 'x' })).status).toBe(400);
    });
    expect(none).toEqual([]);
  });
});

describe('what is written', () => {
  it('holds nothing that a person typed, no address and no words of a browser', async () => {
    const { agent, page } = await openSignIn();
    const canary = 'canary-a7f3';
    for (const fields of [
      { identifier: `${canary}@example.org`, password: canary },
      { identifier: anna.snils ?? '', password: `${canary}-2` },
      { identifier: anna.phone ?? '', password: `${canary}-3` },
    ])
      await send(agent, page, fields, { 'User-Agent': `${canary} Chrome/140`, 'X-Forwarded-For': '198.51.100.203' });
    const all = JSON.stringify((await events()).map(({ at: _at, _id, ...event }) => event));
    for (const text of [canary, anna.phone, anna.email, anna.snils, anna.snils?.replace(/\D/g, ''), '.203', '.77'])
      expect(all).not.toContain(text);
  });

  it('is short of an address: /24 of IPv4, /48 of IPv6', async () => {
    const networkOf = async (address: string) => {
      const { agent, page } = await openSignIn();
      const [event] = await written(() => send(agent, page, credentials, { ...visitor, 'X-Forwarded-For': address }));
      return event?.['network'];
    };
    expect(await networkOf('198.51.100.203')).toBe('198.51.100.0/24');
    expect(await networkOf('10.9.8.7, 198.51.100.204')).toBe('198.51.100.0/24');
    expect(await networkOf('2001:db8:85a3:8d3:1319:8a2e:370:7348')).toBe('2001:db8:85a3::/48');
    expect(await networkOf('::ffff:203.0.113.9')).toBe('203.0.113.0/24');
    expect(await networkOf('nonsense')).toMatch(/^(127\.0\.0\.0\/24|0:0:0::\/48)$/);
  });

  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['0.0.0.0', '0.0.0.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001::1:2:3:4:5:6', '2001:0:1::/48'],
    ['::1', '0:0:0::/48'],
    ['::', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['64:ff9b::203.0.113.77', '64:ff9b:0::/48'],
    ['', 'unknown'],
    ['203.0.113', 'unknown'],
    ['203.0.113.77:5000', 'unknown'],
    ['example.org', 'unknown'],
  ])('shortens %s to %s', (address, network) => {
    expect(shortenNetwork(address)).toBe(network);
  });
});

const failures: [string, object][] = [
  ['the server breaks off', { closeConnection: true }],
  ['the server is about to stop', { errorCode: 11_600 }],
  ['its disk is full', { errorCode: 14_031 }],
  ['it may not be written to', { errorCode: 13 }],
];

describe.each(failures)('when the journal cannot be written because %s', (_why, failure) => {
  const configure = (settings: object) =>
    connection
      .getClient()
      .db('admin')
      .command({ configureFailPoint: 'failCommand', ...settings });
  const breakJournal = () =>
    configure({
      mode: 'alwaysOn',
      data: { failCommands: ['insert'], namespace: `${connection.name}.journal`, ...failure },
    });
  const repairJournal = async () => {
    await configure({ mode: 'off' });
    await until(async () => (await fetch(new URL('/health/ready', idp.issuer))).status === 200);
  };
  afterEach(repairJournal);

  const expectOurPage = (answer: Awaited<ReturnType<typeof send>>) => {
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).toContain(`<code translate="no">${String(answer.headers['x-request-id'])}</code>`);
    expect(answer.text).not.toMatch(/Mongo|insert|\.ts:/);
  };

  it('nobody is signed in: the next visit asks for a sign-in, and the very page can be sent again', async () => {
    const { agent, page, url } = await openSignIn();
    const sessions = () => nativeCollection(connection, 'oidc_session').countDocuments({});
    const before = await sessions();
    await breakJournal();
    expect(await written(async () => expectOurPage(await send(agent, page, credentials)))).toEqual([]);
    await repairJournal();

    expect(await sessions()).toBe(before);
    const again = await agent.open(url);
    expect(again.isElsewhere).toBe(false);
    expect(titleOf(again)).toContain('Sign in');
    expect((await send(agent, again, credentials)).status).toBe(303);
  });

  it('nothing is allowed: the consent is asked for again', async () => {
    const { agent, page, clientId } = await openSignIn();
    const consentPage = await typeCredentials(agent, page, anna);
    await breakJournal();
    expectOurPage(await send(agent, consentPage, {}));
    await repairJournal();

    const consents = nativeCollection<{ _id: { accountId: string; clientId: string } }>(connection, 'consents');
    expect(await consents.countDocuments({ '_id.clientId': clientId })).toBe(0);
    expect((await agent.open(consentPage.url)).status).toBe(200);
    expect((await agent.submit(consentPage, {})).isElsewhere).toBe(true);
  });

  it.each([
    ['a wrong password', { ...credentials, password: 'wrong' }],
    ['an unknown person', { identifier: 'somebody@example.org', password: 'wrong' }],
    ['Cancel', { action: 'cancel' }],
  ])('%s is answered with our page too', async (_what, fields) => {
    const { agent, page } = await openSignIn();
    await breakJournal();
    expectOurPage(await send(agent, page, fields));
  });
});
