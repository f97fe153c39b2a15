// The services of a person: what the page tells, and that a withdrawal leaves nothing that works.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { newPerson } from '../support/new-person.ts';
import { typeCredentials } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { alive, dead, lifeSigns, refreshAt, signInAt, visitAlso, withRefresh, type Visit } from '../support/visits.ts';

let two: Two;
let listener: LogoutListener;
beforeAll(async () => {
  two = await startTwo();
  listener = await startLogoutListener();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(async () => {
  await two.stop();
  await listener.close();
});

const path = '/account/services';
const visitOfTest = { clientId: undefined, requestId: 'TESTS-TESTS', network: '127.0.0.0', device: 'unknown' };
const addressFor = (clientId: string): string => `${path}/withdraw?service=${encodeURIComponent(clientId)}`;
const idOf = ({ service }: Visit): string => service.metadata.client_id;
const eventsOf = async (accountId: string): Promise<string[]> => {
  const rows = nativeCollection<{ type: string }>(two.connection, 'journal');
  return (await rows.find({ accountId, type: 'service-withdrawn' }).toArray()).map(({ type }) => type);
};

/** Somebody who allowed one service, which hears of the end of sessions. */
const withService = async (changes: Record<string, unknown> = {}) => {
  const person = await newPerson(two.instances[0]);
  const service = await two.newService({ ...withRefresh, backchannel_logout_uri: listener.uri, ...changes });
  const visit = await signInAt(two, person, { service });
  return { person, visit };
};
const withdraw = async (agent: BrowserAgent, clientId: string): Promise<PageView> =>
  agent.submit(await agent.open(addressFor(clientId)), {});

describe('the page', () => {
  it('tells nobody’s services to who has none, and never the account area itself', async () => {
    const { page } = await openAccount(two, await newPerson(two.instances[0]), { path });
    expect(titleOf(page)).toContain('Services');
    expect(wordsOf(page)).toContain('No service has received your data yet.');
    expect(page.html).not.toContain('civic-id-account');
  });

  it('tells what a service sees, since when, when it was used, and that it can come without the person', async () => {
    const { visit } = await withService();
    const page = await visit.agent.open(path);
    const words = wordsOf(page);
    expect(words).toContain(String(visit.service.metadata['client_name']));
    expect(words).toMatch(/Sees: Full name, .*E-mail/);
    expect(words).toMatch(/Last used today at \d\d:\d\d/);
    expect(words).toMatch(/Allowed on /);
    expect(words).toMatch(/Can renew the data without you until /);
  });

  it('lists services of ours, which never ask, and says so', async () => {
    const visit = await signInAt(two, await newPerson(two.instances[0]));
    const words = wordsOf(await visit.agent.open(path));
    expect(words).toContain('Does not ask for permission');
    expect(words).not.toContain('Allowed on');
  });

  it('lists a service that is switched off, and one that is gone', async () => {
    const { visit } = await withService();
    const clients = nativeCollection<{ _id: string }>(two.connection, 'clients');
    await clients.updateOne({ _id: idOf(visit) }, { $set: { isDisabled: true } });
    expect(wordsOf(await visit.agent.open(path))).toContain('Switched off');
    await clients.deleteOne({ _id: idOf(visit) });
    expect(wordsOf(await visit.agent.open(path))).toContain(idOf(visit));
    expect((await withdraw(visit.agent, idOf(visit))).url).toMatch(/done=withdrawn$/);
  });

  it('knows when it was last used, also where that was without the person', async () => {
    const { person, visit } = await withService();
    const ofPerson = { 'payload.accountId': person.id };
    const longAgo = Math.floor(Date.now() / 1000) - 5 * 24 * 3600;
    for (const name of ['oidc_grant', 'oidc_refresh_token'])
      await nativeCollection(two.connection, name).updateMany(ofPerson, { $set: { 'payload.iat': longAgo } });
    const lastUsedAt = new Date(longAgo * 1000);
    await nativeCollection(two.connection, 'consents').updateMany(
      { '_id.accountId': person.id },
      { $set: { lastUsedAt } },
    );
    expect(wordsOf(await visit.agent.open(path))).not.toContain('Last used today');
    expect(await refreshAt(two, visit, 0)).toBe('refreshed');
    expect(wordsOf(await visit.agent.open(path))).toContain('Last used today');
  });

  it('answers an address that makes no sense with the list', async () => {
    const { visit } = await withService();
    for (const service of ['', 'x', 'civic-id-account', '../..', 'x'.repeat(500)])
      expect((await visit.agent.open(addressFor(service))).url).toMatch(/\/account\/services$/);
    expect((await visit.agent.open(`${path}?done=%3Cb%3E`)).html).not.toContain('role="alert"');
  });
});

describe('a withdrawal', () => {
  it('says first what it means, and changes nothing by being looked at', async () => {
    const { visit } = await withService();
    const page = await visit.agent.open(addressFor(idOf(visit)));
    expect(titleOf(page)).toContain('Withdraw the access');
    expect(wordsOf(page)).toContain('asks for permission again');
    expect(await lifeSigns(two, visit)).toEqual(alive);
  });

  it('is dead on both instances at once: introspection, userinfo, refresh; the next visit asks', async () => {
    const { person, visit } = await withService();
    const after = await withdraw(visit.agent, idOf(visit));
    expect(after.url).toMatch(/\/account\/services\?done=withdrawn$/);
    expect(wordsOf(after)).toContain('Access is withdrawn.');
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
    expect(await refreshAt(two, visit, 1)).toBe('invalid_grant');
    expect(await eventsOf(person.id)).toEqual(['service-withdrawn']);
    const next = await visit.agent.open((await visit.service.begin()).url);
    expect(titleOf(next)).toContain('What the service will learn');
    expect((await visit.agent.submit(next, {})).isElsewhere).toBe(true);
  });

  it('ends it in all sessions, leaves other services and the person signed in, and tells the service of each', async () => {
    const { person, visit } = await withService({ backchannel_logout_session_required: true });
    const agent = two.newBrowser();
    const request = await visit.service.begin();
    const callback = await typeCredentials(agent, await agent.open(request.url), person);
    const second = { ...visit, agent, tokens: await request.finish(callback.url) };
    const other = await visitAlso(two, visit);
    const before = listener.tokens.length;
    await withdraw(visit.agent, idOf(visit));
    await listener.hears(before + 2);
    for (const ended of [visit, second]) expect(await lifeSigns(two, ended)).toEqual(dead);
    expect(await lifeSigns(two, other)).toEqual(alive);
    expect(titleOf(await visit.agent.open('/account'))).toContain('Hello');
  });

  it('of a service of ours holds until the next visit', async () => {
    const visit = await signInAt(two, await newPerson(two.instances[0]));
    expect(wordsOf(await visit.agent.open(addressFor(idOf(visit))))).toContain('it gets access again');
    await withdraw(visit.agent, idOf(visit));
    expect(await lifeSigns(two, visit)).toEqual(dead);
    const again = await visitAlso(two, visit, visit.service);
    expect(await lifeSigns(two, again)).toEqual(alive);
  });

  it('of what is not there says so', async () => {
    const { visit } = await withService();
    const page = await visit.agent.open(addressFor(idOf(visit)));
    for (const service of ['x', '', 'я'.repeat(900), '{"$ne":""}', '\u0000', 'civic-id-account'])
      expect((await visit.agent.submit(page, { service })).url).toMatch(/done=unknown$/);
    expect((await visit.agent.submit(page, { service: 'x', more: 'y' })).status).toBe(400);
    expect((await visit.agent.submit(page, { csrf: 'x' })).status).toBe(403);
    expect(await lifeSigns(two, visit)).toEqual(alive);
  });

  it('is nobody else’s', async () => {
    const { visit } = await withService();
    const stranger = await withService();
    const page = await stranger.visit.agent.open(addressFor(idOf(stranger.visit)));
    const answer = await stranger.visit.agent.submit(page, { service: idOf(visit) });
    expect(answer.url).toMatch(/done=unknown$/);
    expect(await lifeSigns(two, visit)).toEqual(alive);
  });

  it('happens once, however often it is pressed at once', async () => {
    const { person, visit } = await withService();
    const page = await visit.agent.open(addressFor(idOf(visit)));
    const body = new URLSearchParams(readForm(page.html).hidden).toString();
    const pressed = await race(20, () => visit.agent.post(`${path}/withdraw`, body));
    expect(tally(pressed.won.map(({ headers }) => headers['location'] ?? ''))).toEqual({
      '/account/services?done=withdrawn': 1,
      '/account/services?done=unknown': 19,
    });
    expect(await eventsOf(person.id)).toHaveLength(1);
  });

  it('beats refreshes and visits of the same moment: whatever they got is dead, and nothing of the consent is back', async () => {
    for (const delay of [0, 5, 15, 40]) {
      const { person, visit } = await withService();
      const { rules, services: house } = two.instances[1].app;
      const account = await house.accounts.find(person.id);
      if (account === undefined) throw new Error('nobody');
      const services = rules.servicesOfPerson;
      const request = await visit.service.begin({ scope: 'openid email' });
      const [visited] = await Promise.all([
        visit.agent.open(request.url),
        refreshAt(two, visit, 0),
        sleep(delay).then(() => services.withdraw(account, idOf(visit), visitOfTest)),
      ]);
      expect(visited.status).toBeLessThan(400);
      expect(await lifeSigns(two, visit)).toEqual(dead);
      const grants = nativeCollection(two.connection, 'oidc_grant');
      expect(await grants.countDocuments({ 'payload.accountId': person.id, 'payload.clientId': idOf(visit) })).toBe(0);
    }
  });
});
