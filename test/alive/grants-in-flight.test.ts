// A Grant that was destroyed stays so, also when a request in flight was just about to extend it.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import { openFailPoint, type FailPoint } from '../support/fail-point.ts';
import { titleOf } from '../support/browser-agent.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { typeCredentials } from '../support/people.ts';
import { dead, lifeSigns, refreshAt, signInAt, withRefresh, type Visit } from '../support/visits.ts';

let failPoint: FailPoint;
let two: Two;
beforeAll(async () => {
  failPoint = await openFailPoint();
  two = await startTwo({ uri: failPoint.uri });
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(async () => {
  await two.stop();
  await failPoint.close();
});

/** Runs `end` while a request for one more scope is about to write the Grant. */
const whileGrantIsExtended = async ({ agent, service }: Visit, end: () => Promise<unknown>): Promise<void> => {
  const request = await service.begin({ scope: 'openid profile email address phone' });
  const namespace = `${two.connection.name}.oidc_grant`;
  await failPoint.fail({ failCommands: ['update'], namespace, blockConnection: true, blockTimeMS: 700 }, 1);
  const flight = agent.open(request.url);
  await sleep(200);
  await end();
  await flight;
  expect(await failPoint.recover()).toBe(1);
};

const signedIn = async () => {
  const person = await newPerson(two.instances[0]);
  return { person, visit: await signInAt(two, person) };
};
const ends = () => two.instances[1].app.services.sessionEnds;

describe('what a service had stays dead', () => {
  it('when the person left it meanwhile', async () => {
    const { person, visit } = await signedIn();
    await whileGrantIsExtended(visit, () =>
      ends().leaveService(person.id, visit.sessionUid, visit.service.metadata.client_id),
    );
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 0)).toBe('invalid_grant');
  });

  it('when its refresh token was used twice meanwhile', async () => {
    const { visit } = await signedIn();
    const configuration = await visit.service.configuration();
    const first = visit.tokens.refresh_token ?? '';
    const tokens = await refreshTokenGrant(configuration, first);
    await whileGrantIsExtended(visit, () => refreshTokenGrant(configuration, first).catch(() => undefined));
    expect(await lifeSigns(two, { ...visit, tokens })).toEqual(dead);
  });

  it('when the session was ended meanwhile', async () => {
    const { person, visit } = await signedIn();
    await whileGrantIsExtended(visit, () => ends().endSession(person.id, visit.sessionUid));
    expect(await lifeSigns(two, visit)).toEqual(dead);
    expect(await refreshAt(two, visit, 1)).toBe('invalid_grant');
  });
});

it('what was withdrawn is not brought back by a visit that had read the consent before: it is asked for again', async () => {
  const person = await newPerson(two.instances[0]);
  const service = await two.newService(withRefresh);
  await signInAt(two, person, { service });
  const { rules, services } = two.instances[1].app;
  const account = await services.accounts.find(person.id);
  if (account === undefined) throw new Error('nobody');
  const clientId = service.metadata.client_id;

  const agent = two.newBrowser();
  const page = await agent.open((await service.begin()).url);
  const namespace = `${two.connection.name}.oidc_grant`;
  await failPoint.fail({ failCommands: ['update'], namespace, blockConnection: true, blockTimeMS: 1500 }, 1);
  const flight = typeCredentials(agent, page, person);
  await sleep(700);
  const visit = { clientId: undefined, requestId: 'TESTS-TESTS', network: '127.0.0.0', device: 'unknown' };
  expect(await rules.servicesOfPerson.withdraw(account, clientId, visit)).toEqual({ outcome: 'withdrawn' });
  const after = await flight;
  expect(await failPoint.recover()).toBe(1);
  expect(titleOf(after)).toContain('What the service will learn');
  expect(await rules.servicesOfPerson.list(account)).toEqual([]);
});
