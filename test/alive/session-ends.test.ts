// A session that was ended stays ended, whoever writes its row back; leaving one service touches nothing else.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  alive,
  dead,
  isSignInPage,
  lifeSigns,
  nextVisit,
  refreshAt,
  signInAgain,
  signInAt,
  visitAlso,
} from '../support/visits.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

interface SessionRow {
  _id: string;
  payload: { uid: string };
}
const rows = () => nativeCollection<SessionRow>(two.connection, 'oidc_session');
const ends = (at: 0 | 1 = 0) => two.instances[at].app.services.sessionEnds;
const findByUid = (uid: string, at: 0 | 1) =>
  two.instances[at].app.services.modelStore.adapterFor('Session').findByUid(uid);

const grantsOf = ({ id }: Citizen) =>
  nativeCollection(two.connection, 'oidc_grant').countDocuments({ 'payload.accountId': id });

const signedIn = async () => {
  const person = await newPerson(two.instances[0]);
  return { person, visit: await signInAt(two, person) };
};

describe('an ended session', () => {
  it('answers nothing to anybody who asks by its uid, on either instance', async () => {
    const { person, visit } = await signedIn();
    expect(await findByUid(visit.sessionUid, 0)).toMatchObject({ uid: visit.sessionUid, accountId: person.id });
    await ends().endSession(person.id, visit.sessionUid);
    expect(await findByUid(visit.sessionUid, 0)).toBeUndefined();
    expect(await findByUid(visit.sessionUid, 1)).toBeUndefined();
  });

  it('stays dead when a request in flight writes its row back', async () => {
    const { person, visit } = await signedIn();
    const row = await rows().findOne({ 'payload.uid': visit.sessionUid });
    await ends().endSession(person.id, visit.sessionUid);
    expect(await rows().countDocuments({ 'payload.uid': visit.sessionUid })).toBe(0);

    if (row === null) throw new Error('no session');
    await rows().insertOne(row);
    expect(await findByUid(visit.sessionUid, 1)).toBeUndefined();
    expect(await nextVisit(visit)).toBe('sign-in page');
    expect(await nextVisit(visit)).toBe('sign-in page');
    expect(await lifeSigns(two, visit)).toEqual(dead);
  });

  it('is followed by another one, with a uid of its own, when the person signs in again', async () => {
    const { person, visit } = await signedIn();
    const row = await rows().findOne({ 'payload.uid': visit.sessionUid });
    await ends().endSession(person.id, visit.sessionUid);
    if (row !== null) await rows().insertOne(row);

    const again = await signInAgain(two, visit, person);
    expect(again.sessionUid).not.toBe(visit.sessionUid);
    expect(await lifeSigns(two, again)).toEqual(alive);
    expect(await nextVisit(again)).toBe('code');
  });

  it('does not touch the person’s other browsers', async () => {
    const { person, visit } = await signedIn();
    const elsewhere = await signInAt(two, person);
    await ends(1).endSession(person.id, visit.sessionUid);
    expect(await nextVisit(visit)).toBe('sign-in page');
    expect(await nextVisit(elsewhere)).toBe('code');
    expect(await lifeSigns(two, elsewhere)).toEqual(alive);
  });

  it('takes every service with it', async () => {
    const { person, visit } = await signedIn();
    const also = await visitAlso(two, visit);
    expect(also.sessionUid).toBe(visit.sessionUid);
    await ends().endSession(person.id, visit.sessionUid);
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await lifeSigns(two, also)).toEqual(dead);
    expect(await grantsOf(person)).toBe(0);
  });

  it('may be ended twice', async () => {
    const { person, visit } = await signedIn();
    await Promise.all([
      ends(0).endSession(person.id, visit.sessionUid),
      ends(1).endSession(person.id, visit.sessionUid),
    ]);
    await ends().endSession(person.id, visit.sessionUid);
    expect(await nextVisit(visit)).toBe('sign-in page');
  });
});

describe('twenty sessions of one person ended at once', () => {
  it('are all dead', async () => {
    const person = await newPerson(two.instances[0]);
    const visits = [];
    for (let turn = 0; turn < 20; turn += 1) visits.push(await signInAt(two, person));
    await Promise.all(
      visits.map(({ sessionUid }, index) => ends(index % 2 === 0 ? 0 : 1).endSession(person.id, sessionUid)),
    );
    for (const visit of visits) expect(await nextVisit(visit)).toBe('sign-in page');
  });
});

describe('leaving one service', () => {
  it('kills what that service has, and nothing else', async () => {
    const { person, visit } = await signedIn();
    const also = await visitAlso(two, visit);
    const elsewhere = await signInAt(two, person, { service: visit.service });
    await ends().leaveService(person.id, visit.sessionUid, visit.service.metadata.client_id);

    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 1)).toBe('invalid_grant');
    expect(await lifeSigns(two, also)).toEqual(alive);
    expect(await lifeSigns(two, elsewhere)).toEqual(alive);
    expect(await nextVisit(also)).toBe('code');
  });

  it('lets the person come back to it without a password, to new tokens', async () => {
    const { person, visit } = await signedIn();
    await ends().leaveService(person.id, visit.sessionUid, visit.service.metadata.client_id);
    const again = await visitAlso(two, visit, visit.service);
    expect(await lifeSigns(two, again)).toEqual(alive);
    expect(await lifeSigns(two, visit)).toEqual(dead);
  });

  it('kills a code that was on its way to it', async () => {
    const { person, visit } = await signedIn();
    const request = await visit.service.begin();
    const callback = await visit.agent.open(request.url);
    await ends().leaveService(person.id, visit.sessionUid, visit.service.metadata.client_id);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('kills it whatever its name: dots, dollars and slashes in a client_id are letters', async () => {
    const { person, visit } = await signedIn();
    const dotted = await two.newService({ client_id: `https://a.b.c/x.y~${Date.now()}`, first_party: true });
    const also = await visitAlso(two, visit, dotted);
    await ends().leaveService(person.id, visit.sessionUid, dotted.metadata.client_id);
    expect((await two.get('/me', { headers: { Authorization: `Bearer ${also.tokens.access_token}` } })).status).toBe(
      401,
    );
    expect(await nextVisit(visit)).toBe('code');
    expect(isSignInPage(await visit.agent.open((await dotted.begin()).url))).toBe(false);
  });
});
