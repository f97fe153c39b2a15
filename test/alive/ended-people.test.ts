// Whoever is disabled, gone or ended is met by the sign-in page, and nothing that was given in their name counts any more.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createInTransaction, nativeCollection } from '../../src/mongo/index.ts';
import { typeCredentials } from '../support/people.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { alive, dead, isSignInPage, lifeSigns, nextVisit, refreshAt, signInAt, type Visit } from '../support/visits.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

interface Record {
  _id: string;
}
const accounts = () => nativeCollection<Record>(two.connection, 'accounts');
const services = () => two.instances[0].app.services;

const ends: [string, (person: Citizen, visit: Visit) => Promise<unknown>][] = [
  ['disabled', ({ id }) => accounts().updateOne({ _id: id }, { $set: { state: 'disabled' } })],
  ['deleted', ({ id }) => accounts().deleteOne({ _id: id })],
  ['whose session is ended', ({ id }, { sessionUid }) => services().sessionEnds.endSession(id, sessionUid)],
  [
    'whose sessions are all ended',
    ({ id }) => createInTransaction(two.connection)(async (tx) => services().sessionEnds.endAllSessions(tx, id)),
  ],
];

describe.each(ends)('a person who is signed in and then %s', (_name, end) => {
  const ended = async () => {
    const person = await newPerson(two.instances[0]);
    const visit = await signInAt(two, person);
    expect(await nextVisit(visit)).toBe('code');
    expect(await lifeSigns(two, visit)).toEqual(alive);
    await end(person, visit);
    return { person, visit };
  };

  it('meets the sign-in page on both instances, at every service', async () => {
    const { visit } = await ended();
    for (let turn = 0; turn < 4; turn += 1) expect(await nextVisit(visit)).toBe('sign-in page');

    const another = await two.newService();
    expect(isSignInPage(await visit.agent.open((await another.begin()).url))).toBe(true);
  });

  it('gets login_required where no page may be shown', async () => {
    const { visit } = await ended();
    for (let turn = 0; turn < 2; turn += 1) {
      const page = await visit.agent.open((await visit.service.begin({ prompt: 'none' })).url);
      expect(page.isElsewhere).toBe(true);
      expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
    }
  });

  it('has no token that is worth anything on either instance', async () => {
    const { visit } = await ended();
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
    expect(await refreshAt(two, visit, 1)).toBe('invalid_grant');
  });

  it('has no code that can be redeemed', async () => {
    const person = await newPerson(two.instances[0]);
    const visit = await signInAt(two, person);
    const request = await visit.service.begin();
    const callback = await visit.agent.open(request.url);
    await end(person, visit);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('cannot go on from a consent page that was open', async () => {
    const person = await newPerson(two.instances[0]);
    const visit = await signInAt(two, person);
    const request = await (await two.newService()).begin();
    const consentPage = await visit.agent.open(request.url);
    expect(consentPage.url).toContain('/interaction/');
    await end(person, visit);

    const next = await visit.agent.submit(consentPage, {});
    expect(next.isElsewhere).toBe(false);
    expect(next.status).toBeLessThan(500);
  });

  it('leaves the browser to whoever signs in next', async () => {
    const { visit } = await ended();
    const other = await newPerson(two.instances[0]);
    const request = await visit.service.begin({ scope: 'openid profile' });
    const page = await visit.agent.open(request.url);
    const next = await typeCredentials(visit.agent, page, other);
    expect(next.isElsewhere).toBe(true);
    await request.finish(next.url);
    expect(await nextVisit(visit)).toBe('code');
  });
});

describe('a disabled person', () => {
  it('is told what everybody is told with a wrong password, and gets no code', async () => {
    const person = await newPerson(two.instances[0]);
    const visit = await signInAt(two, person);
    await accounts().updateOne({ _id: person.id }, { $set: { state: 'disabled' } });
    const page = await visit.agent.open((await visit.service.begin()).url);
    const answer = await typeCredentials(visit.agent, page, person);
    expect(answer.status).toBe(422);
    expect(answer.isElsewhere).toBe(false);
  });
});
