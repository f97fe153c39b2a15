// A person sees where they are signed in and ends what they want ended: dead at once, on every instance, for browsers and services alike.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { SignedInPerson } from '../../src/oidc/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startLogoutListener } from '../support/logout-listener.ts';
import { newPerson } from '../support/new-person.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import {
  alive,
  dead,
  lifeSigns,
  nextVisit,
  refreshAt,
  signInAt,
  visitAlso,
  withRefresh,
  type Visit,
} from '../support/visits.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const asked = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome, Windows' };
const rules = (at: 0 | 1 = 0) => two.instances[at].app.rules.signedInBrowsers;

/** Who asks: the person in the browser of that visit. */
const personIn = async (accountId: string, { sessionUid }: Visit): Promise<SignedInPerson> => {
  const account = await two.instances[0].app.services.accounts.find(accountId);
  const sessions = await two.instances[0].app.services.modelStore.sessionsOf(accountId);
  const session = sessions.find((one) => one.sessionUid === sessionUid);
  if (account === undefined || session === undefined) throw new Error('not signed in');
  return { account, sessionUid, since: session.since, hasGivenFactor: false, hasGivenPassword: true };
};
const eventsOf = async (accountId: string): Promise<string[]> => {
  const rows = await nativeCollection<{ type: string }>(two.connection, 'journal').find({ accountId }).toArray();
  return rows.map(({ type }) => type).filter((type) => type.endsWith('-ended'));
};
const threeBrowsers = async () => {
  const somebody = await newPerson(two.instances[0]);
  const own = await signInAt(two, somebody);
  const others = [await signInAt(two, somebody), await signInAt(two, somebody)] as const;
  return { somebody, own, others, person: await personIn(somebody.id, own) };
};

describe('the list', () => {
  it('names each browser and the services used in it, this one first', async () => {
    const somebody = await newPerson(two.instances[0]);
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const other = await signInAt(two, somebody, {
      agent: createBrowserAgent(two.issuer, { headers: { 'User-Agent': firefox } }),
    });
    const own = await signInAt(two, somebody);
    const pay = await two.newService({ client_name: 'Оплата', first_party: true });
    await visitAlso(two, own, pay);

    const list = await rules(1).list(await personIn(somebody.id, own));
    expect(list).toEqual([
      expect.objectContaining({ sessionUid: own.sessionUid, isThis: true }),
      expect.objectContaining({ sessionUid: other.sessionUid, isThis: false, device: 'Firefox, Linux' }),
    ]);
    expect(list[0]?.services).toContain('Оплата');
    expect(list[0]?.services).toHaveLength(2);
    expect(list[1]?.services).toHaveLength(1);
  });

  it('says “unknown” of a session that nobody noted, and leaves it in the list', async () => {
    const { own, others, person } = await threeBrowsers();
    await nativeCollection<{ _id: string }>(two.connection, 'sessions').deleteOne({ _id: others[0].sessionUid });
    const found = (await rules().list(person)).find(({ sessionUid }) => sessionUid === others[0].sessionUid);
    expect(found).toMatchObject({ device: undefined, isThis: false, lastSeenAt: found?.since });
    expect(await lifeSigns(two, own)).toEqual(alive);
  });

  it('knows nothing of what has ended by itself or by somebody', async () => {
    const { somebody, others, person } = await threeBrowsers();
    await two.instances[1].app.services.sessionEnds.endSession(somebody.id, others[0].sessionUid);
    const expired = { 'payload.exp': Math.floor(Date.now() / 1000) - 1 };
    await nativeCollection(two.connection, 'oidc_session').updateOne(
      { 'payload.uid': others[1].sessionUid },
      { $set: expired },
    );
    const account = await two.instances[0].app.services.accounts.find(somebody.id);
    const again = { ...person, account: account ?? person.account };
    expect((await rules().list(again)).map(({ isThis }) => isThis)).toEqual([true]);
  });

  it('holds nothing of anybody else', async () => {
    const { own, person } = await threeBrowsers();
    const stranger = await newPerson(two.instances[0]);
    const visit = await signInAt(two, stranger);
    const uids = (await rules().list(person)).map(({ sessionUid }) => sessionUid);
    expect(uids).toHaveLength(3);
    expect(uids[0]).toBe(own.sessionUid);
    expect(uids).not.toContain(visit.sessionUid);
  });

  it('shows one browser once, however often the person signs in there again', async () => {
    const somebody = await newPerson(two.instances[0]);
    const visit = await signInAt(two, somebody);
    const request = await visit.service.begin({ prompt: 'login' });
    const page = await visit.agent.open(request.url);
    const back = await visit.agent.submit(page, { identifier: somebody.email ?? '', password: somebody.password });
    expect(back.isElsewhere).toBe(true);
    expect(await rules().list(await personIn(somebody.id, visit))).toHaveLength(1);
  });
});

describe('what is noted of a session', () => {
  const noteOf = (uid: string) =>
    nativeCollection<{ _id: string; lastSeenAt: Date; firstSeenAt: Date; device: string }>(
      two.connection,
      'sessions',
    ).findOne({ _id: uid });

  it('is written at most once a minute', async () => {
    const somebody = await newPerson(two.instances[0]);
    const visit = await signInAt(two, somebody);
    const first = await noteOf(visit.sessionUid);
    await sleep(20);
    expect(await nextVisit(visit)).toBe('code');
    expect(await noteOf(visit.sessionUid)).toEqual(first);

    const longAgo = new Date(Date.now() - 61_000);
    await nativeCollection<{ _id: string }>(two.connection, 'sessions').updateOne(
      { _id: visit.sessionUid },
      { $set: { lastSeenAt: longAgo, firstSeenAt: longAgo } },
    );
    expect(await nextVisit(visit)).toBe('code');
    const later = await noteOf(visit.sessionUid);
    expect(later?.lastSeenAt.getTime()).toBeGreaterThan(longAgo.getTime());
    expect(later?.firstSeenAt).toEqual(longAgo);
  });

  it('is one note, by twenty requests at once', async () => {
    const notes = two.instances.map(({ app }) => app.services.sessionNotes);
    const noted = await race(20, async (index) => notes[index % 2]?.noteSeen('somebody', 'one-session', '$device'));
    expect(noted.lost).toEqual([]);
    expect(await noteOf('one-session')).toMatchObject({ device: '$device' });
  });

  it('holds no address and no cookie', async () => {
    const somebody = await newPerson(two.instances[0]);
    const visit = await signInAt(two, somebody);
    expect(Object.keys((await noteOf(visit.sessionUid)) ?? {}).sort()).toEqual([
      '_id',
      'accountId',
      'device',
      'expiresAt',
      'firstSeenAt',
      'lastSeenAt',
    ]);
  });
});

describe('ending one session', () => {
  it('is the end of it everywhere, and of nothing else', async () => {
    const { somebody, own, others, person } = await threeBrowsers();
    expect(await rules(1).endOne(person, others[0].sessionUid, asked)).toEqual({ outcome: 'ended' });
    expect(await lifeSigns(two, others[0])).toEqual(dead);
    expect(await refreshAt(two, others[0], 0)).toBe('invalid_grant');
    expect(await nextVisit(others[0])).toBe('sign-in page');
    for (const visit of [own, others[1]]) {
      expect(await lifeSigns(two, visit)).toEqual(alive);
      expect(await nextVisit(visit)).toBe('code');
    }
    expect(await eventsOf(somebody.id)).toEqual(['session-ended']);
  });

  it('is told to each service that was used in it, and to no other', async () => {
    const somebody = await newPerson(two.instances[0]);
    const listeners = await Promise.all([startLogoutListener(), startLogoutListener(), startLogoutListener()]);
    const listening = (index: 0 | 1 | 2) =>
      two.newService({ ...withRefresh, first_party: true, backchannel_logout_uri: listeners[index].uri });
    const [first, second, third] = [await listening(0), await listening(1), await listening(2)];
    const own = await signInAt(two, somebody, { service: third });
    const other = await signInAt(two, somebody, { service: first });
    await visitAlso(two, other, second);

    await rules().endOne(await personIn(somebody.id, own), other.sessionUid, asked);
    await listeners[0].hears(1);
    await listeners[1].hears(1);
    await sleep(300);
    expect(listeners.map(({ tokens }) => tokens.length)).toEqual([1, 1, 0]);
    for (const listener of listeners) await listener.close();
  });

  it('is one end, one event and one call, by twenty at once', async () => {
    const { somebody, others, person } = await threeBrowsers();
    const ends = await race(20, (index) => rules(index % 2 === 0 ? 0 : 1).endOne(person, others[0].sessionUid, asked));
    expect(ends.lost).toEqual([]);
    expect(tally(ends.won.map(({ outcome }) => outcome))).toEqual({ ended: 1, unknown: 19 });
    expect(await eventsOf(somebody.id)).toEqual(['session-ended']);
    expect(await rules().endOne(person, others[0].sessionUid, asked)).toEqual({ outcome: 'unknown' });
  });

  it('answers alike for somebody else’s session, one that never was, and the own one', async () => {
    const { own, person } = await threeBrowsers();
    const stranger = await signInAt(two, await newPerson(two.instances[0]));
    for (const uid of [stranger.sessionUid, 'never-was', '', own.sessionUid, 'я'.repeat(10_000)]) {
      expect(await rules().endOne(person, uid, asked)).toEqual({ outcome: 'unknown' });
    }
    expect(await lifeSigns(two, stranger)).toEqual(alive);
    expect(await lifeSigns(two, own)).toEqual(alive);
  });

  it.each([0, 5, 20])('kills what a service is just refreshing (after %i ms)', async (ms) => {
    const { others, person } = await threeBrowsers();
    const refreshed = refreshAt(two, others[0], 1);
    await sleep(ms);
    await rules().endOne(person, others[0].sessionUid, asked);
    await refreshed;
    const left = nativeCollection(two.connection, 'oidc_grant').countDocuments({ sessionUid: others[0].sessionUid });
    expect(await left).toBe(0);
    expect(await lifeSigns(two, others[0])).toEqual(dead);
    expect(await nextVisit(others[0])).toBe('sign-in page');
  });
});

describe('ending all others', () => {
  it('leaves this one with everything it has', async () => {
    const { somebody, own, others, person } = await threeBrowsers();
    expect(await rules().endOthers(person, asked)).toEqual({ outcome: 'ended' });
    for (const other of others) {
      expect(await lifeSigns(two, other)).toEqual(dead);
      expect(await refreshAt(two, other, 1)).toBe('invalid_grant');
      expect(await nextVisit(other)).toBe('sign-in page');
    }
    expect(await lifeSigns(two, own)).toEqual(alive);
    expect(await refreshAt(two, own, 0)).toBe('refreshed');
    expect(await nextVisit(own)).toBe('code');
    expect(await eventsOf(somebody.id)).toEqual(['other-sessions-ended']);
    expect(await rules().list(await personIn(somebody.id, own))).toHaveLength(1);
  });

  it('holds when fifty ask at once: this one lives, it is written down once, nobody meets a failure', async () => {
    const { somebody, own, others, person } = await threeBrowsers();
    const ends = await race(50, (index) => rules(index % 2 === 0 ? 0 : 1).endOthers(person, asked));
    expect(ends.lost).toEqual([]);
    expect(tally(ends.won.map(({ outcome }) => outcome))).toEqual({ ended: 1, none: 49 });
    expect(await eventsOf(somebody.id)).toEqual(['other-sessions-ended']);
    expect(await lifeSigns(two, own)).toEqual(alive);
    for (const other of others) expect(await lifeSigns(two, other)).toEqual(dead);
  });

  it('leaves one alive when two browsers end each other at once, never none and never both', async () => {
    const { somebody, own, others, person } = await threeBrowsers();
    const rival = await personIn(somebody.id, others[0]);
    const ends = await race(2, (index) => rules(index === 0 ? 0 : 1).endOthers(index === 0 ? person : rival, asked));
    expect(ends.won.map(({ outcome }) => outcome).sort()).toEqual(['ended', 'over']);
    const signs = [await lifeSigns(two, own), await lifeSigns(two, others[0])];
    expect(signs).toContainEqual(alive);
    expect(signs).toContainEqual(dead);
  });

  it('does nothing where there are none', async () => {
    const somebody = await newPerson(two.instances[0]);
    const own = await signInAt(two, somebody);
    expect(await rules().endOthers(await personIn(somebody.id, own), asked)).toEqual({ outcome: 'none' });
    expect(await eventsOf(somebody.id)).toEqual([]);
  });
});
