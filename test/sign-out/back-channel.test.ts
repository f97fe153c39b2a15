// Each service of an ended session hears of it, however it ended, by a token it can check; no service makes the person wait.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { createInTransaction, nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { keepEngineGuardWorking } from '../support/engine-guard.ts';
import type { LogoutListener } from '../support/logout-listener.ts';
import { newPerson } from '../support/new-person.ts';
import { typeCredentials } from '../support/people.ts';
import { leaveAll, leaveOne, newPlace, signInAtTwoPlaces, type Place } from '../support/signed-in-places.ts';
import { answerAt, failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
let listeners: LogoutListener[];
beforeAll(async () => {
  keepEngineGuardWorking();
  idp = await startCivicId();
});
beforeEach(() => {
  listeners = [];
});
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  expect(failuresOf(idp)).toEqual([]);
});
afterAll(() => idp.stop());

const longEnoughForASecondCall = 1500;
const signedIn = async () => {
  const visit = await signInAtTwoPlaces(idp);
  listeners.push(visit.one.listener, visit.two.listener);
  return visit;
};

/** Checks what a service has to check (Back-Channel Logout 1.0 §2.6), with the published keys. */
const verify = async ({ service, listener }: Place, index = 0) => {
  const { jwks_uri: jwksUri = '' } = (await service.configuration()).serverMetadata();
  return jwtVerify(listener.tokens[index] ?? '', createRemoteJWKSet(new URL(jwksUri)), {
    issuer: idp.issuer.origin,
    audience: service.metadata.client_id,
    typ: 'logout+jwt',
    maxTokenAge: '1 minute',
    requiredClaims: ['iat', 'exp', 'jti', 'events', 'sub'],
    algorithms: ['ES256'],
  });
};

describe('signing out everywhere', () => {
  it('tells both services, each by a token of its own that stands every check', async () => {
    const { agent, one, two } = await signedIn();
    await leaveAll(agent, one);
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);

    const jtis = [];
    for (const place of [one, two]) {
      expect(place.listener.calls).toEqual([
        { method: 'POST', contentType: 'application/x-www-form-urlencoded', fields: ['logout_token'] },
      ]);
      const { payload } = await verify(place);
      expect(payload.sub).toBe(decodeJwt(place.idToken).sub);
      expect(payload.aud).toBe(place.service.metadata.client_id);
      expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(payload).not.toHaveProperty('nonce');
      jtis.push(payload.jti);
    }
    expect(new Set(jtis).size).toBe(2);
    expect(decodeJwt(one.idToken).sub).not.toBe(decodeJwt(two.idToken).sub); // each knows the person by its own
  });

  it('names the session to the service that wants it, by the name in its ID token, and to no other', async () => {
    const { agent, one, two } = await signedIn();
    await leaveAll(agent, one);
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);
    const { sid } = decodeJwt(one.idToken);
    expect(sid).toEqual(expect.any(String));
    expect((await verify(one)).payload['sid']).toBe(sid);
    expect((await verify(two)).payload).not.toHaveProperty('sid');
  });

  it('tells nobody who has nothing in this session: other browsers, other services', async () => {
    const { person, agent, one } = await signedIn();
    const elsewhere = await newPlace(idp, { agent: createBrowserAgent(idp.issuer), person });
    listeners.push(elsewhere.listener);
    await leaveAll(agent, one);
    await one.listener.hears(1);
    await sleep(longEnoughForASecondCall);
    expect(elsewhere.listener.tokens).toEqual([]);
  });
});

describe('leaving one service', () => {
  it('tells that one only, and signing out later tells the others only', async () => {
    const { agent, one, two } = await signedIn();
    await leaveOne(agent, one);
    await one.listener.hears(1);
    await verify(one);
    await sleep(longEnoughForASecondCall);
    expect(two.listener.tokens).toEqual([]);

    await leaveAll(agent, two);
    await two.listener.hears(1);
    await sleep(longEnoughForASecondCall);
    expect(one.listener.tokens).toHaveLength(1);
  });
});

describe('a session that ends otherwise', () => {
  it('because somebody else signs in: the services of the first person are told, once', async () => {
    const { agent, one, two } = await signedIn();
    const page = await agent.open((await two.service.begin({ prompt: 'login' })).url);
    expect(answerAt(await typeCredentials(agent, page, await newPerson(idp)))).toBe('code');
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);
    await sleep(longEnoughForASecondCall);
    for (const place of [one, two]) {
      expect(place.listener.tokens).toHaveLength(1);
      expect((await verify(place)).payload.sub).toBe(decodeJwt(place.idToken).sub);
    }
  });

  it('because all were ended: every browser’s services are told, but for the session that was kept', async () => {
    const { person, one, two } = await signedIn();
    const kept = await newPlace(idp, { agent: createBrowserAgent(idp.issuer), person });
    listeners.push(kept.listener);
    const { sessionEnds, delivery, modelStore } = idp.app.services;
    const known = `payload.authorizations.${kept.service.metadata.client_id}`;
    const row = await nativeCollection(idp.connection, 'oidc_session').findOne({ [known]: { $exists: true } });
    expect(await modelStore.servicesOf({ accountId: person.id })).toHaveLength(3);
    await createInTransaction(idp.connection)((tx) =>
      sessionEnds.endAllSessions(tx, person.id, String(row?.['payload'].uid)),
    );
    delivery.nudge();
    await Promise.all([one.listener.hears(1), two.listener.hears(1)]);
    await sleep(longEnoughForASecondCall);
    expect(kept.listener.tokens).toEqual([]);
  });
});
