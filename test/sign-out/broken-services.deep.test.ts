// A service that is slow, dead or broken makes nobody wait, and hears of the end when it can.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { connect, createInTransaction, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { keepEngineGuardWorking } from '../support/engine-guard.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';
import { leaveAll, newPlace, openSignOut, signInAtTwoPlaces } from '../support/signed-in-places.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let sms: LogoutListener;
let listeners: LogoutListener[];
beforeAll(async () => {
  keepEngineGuardWorking();
  sms = await startLogoutListener(); // any address that takes a POST
  const gateway = { url: sms.uri, method: 'POST', headers: {}, body: '{}', timeoutSeconds: 10 };
  idp = await startCivicId({ channels: { sms: gateway } });
});
beforeEach(() => {
  listeners = [];
});
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  expect(failuresOf(idp)).toEqual([]);
});
afterAll(async () => {
  await idp.stop();
  await sms.close();
});

const longEnoughForASecondCall = 1500;
const signedIn = async () => {
  const visit = await signInAtTwoPlaces(idp);
  listeners.push(visit.one.listener, visit.two.listener);
  return visit;
};

describe('a service that', () => {
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    await work();
    return performance.now() - begin;
  };

  it('never answers does not keep the person waiting, nor the other service from hearing', async () => {
    const { agent, one, two } = await signedIn();
    one.listener.answer('silence');
    const page = await openSignOut(agent, one);
    expect(await timed(() => agent.submit(page, { logout: 'yes' }))).toBeLessThan(3000);
    await two.listener.hears(1);
  });

  it('is gone does not keep the person waiting, nor the other service from hearing', async () => {
    const { agent, one, two } = await signedIn();
    await one.listener.close();
    const page = await openSignOut(agent, one);
    expect(await timed(() => agent.submit(page, { logout: 'yes' }))).toBeLessThan(3000);
    await two.listener.hears(1);
    expect(one.listener.tokens).toEqual([]);
  });

  it('answers 500 once is called again, with a fresh token, and not after it took it', async () => {
    const { agent, one, two } = await signedIn();
    one.listener.answer(500, 1);
    await leaveAll(agent, one);
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);
    await idp.age(0.5);
    await one.listener.hears(2);
    const [first, second] = one.listener.tokens.map((token) => decodeJwt(token));
    expect(second?.sub).toBe(decodeJwt(one.idToken).sub);
    expect(Number(second?.exp)).toBeGreaterThan(Date.now() / 1000);
    expect(second?.jti).not.toBe(first?.jti);

    await idp.age(30);
    await sleep(longEnoughForASecondCall);
    expect(one.listener.tokens).toHaveLength(2);
    expect(two.listener.tokens).toHaveLength(1);
  });

  it.each([204, 200])('answers %i is not called again', async (status) => {
    const { agent, one } = await signedIn();
    one.listener.answer(status);
    await leaveAll(agent, one);
    await one.listener.hears(1);
    await idp.age(30);
    await sleep(longEnoughForASecondCall);
    expect(one.listener.tokens).toHaveLength(1);
  });

  it('redirects the call elsewhere has not taken it, and nobody follows', async () => {
    const { agent, one, two } = await signedIn();
    one.listener.answer(307, 1);
    await leaveAll(agent, one);
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);
    await idp.age(0.5);
    await one.listener.hears(2);
  });

  it('never takes it is left alone after a day', async () => {
    const { agent, one } = await signedIn();
    one.listener.answer(500);
    await leaveAll(agent, one);
    await one.listener.hears(1);
    await idp.age(24 * 60 + 1);
    await sleep(longEnoughForASecondCall);
    const heard = one.listener.tokens.length;
    await idp.age(60);
    await sleep(longEnoughForASecondCall);
    expect(one.listener.tokens).toHaveLength(heard);
  });
});

describe('a person who waits for a message', () => {
  it('gets it within three seconds, however many services hang or are dead', async () => {
    const { agent, one, two, person } = await signedIn();
    const three = await newPlace(idp, { agent, person });
    listeners.push(three.listener);
    for (const { listener } of [one, two, three]) listener.answer('silence');
    await leaveAll(agent, one);

    const before = sms.tokens.length;
    const message = {
      channel: 'sms',
      purpose: 'sign-in',
      to: '+79000000001',
      subject: null,
      text: 'x',
      code: null,
    } as const;
    const { delivery } = idp.app.services;
    await createInTransaction(idp.connection)((tx) => delivery.write(tx, { ...message, dropAfter: null }));
    delivery.nudge();
    await sms.hears(before + 1, 3000);
  });
});

describe('in production', () => {
  it('an address inside our own network is never called, and signing out works all the same', async () => {
    const production = await startCivicId({ isProduction: true });
    try {
      const visit = await signInAtTwoPlaces(production);
      listeners.push(visit.one.listener, visit.two.listener);
      await leaveAll(visit.agent, visit.one);
      await sleep(longEnoughForASecondCall);
      expect([...visit.one.listener.tokens, ...visit.two.listener.tokens]).toEqual([]);
    } finally {
      await production.stop();
    }
  });
});

describe('killed between the sign-out and the call', () => {
  it('the service hears of it from whoever runs next', async () => {
    const uri = testDatabaseUri();
    const port = await freePort();
    const secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-call-'));
    const connection = await connect(uri);
    const listener = await startLogoutListener();
    listeners.push(listener);
    let child = await startCivicIdProcess({ uri, port, secretsDir, crashAt: 'message claimed' });
    try {
      const metadata = serviceMetadata({ first_party: true, backchannel_logout_uri: listener.uri });
      await child.register(metadata);
      const issuer = new URL(`http://localhost:${port}`);
      const agent = createBrowserAgent(issuer);
      await signInAndAllow(agent, (await createRelyingParty(issuer, metadata).begin()).url, citizen('anna'));
      await agent.submit(await agent.open('/session/end'), { logout: 'yes' }).catch(() => undefined);
      expect(await child.ended).toBe('SIGKILL');
      expect(listener.tokens).toEqual([]);

      await nativeCollection(connection, 'messages').updateMany({}, { $set: { nextTryAt: new Date(0) } }); // the claim runs out
      child = await startCivicIdProcess({ uri, port, secretsDir });
      await listener.hears(1);
    } finally {
      await child.stop();
      await connection.close();
      await dropDatabase(uri);
      await rm(secretsDir, { recursive: true, force: true });
    }
  }, 60_000);
});
