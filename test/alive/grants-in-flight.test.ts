// A Grant that was destroyed stays so, also when a request in flight was just about to extend it.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import { openFailPoint, type FailPoint } from '../support/fail-point.ts';
import { newPerson } from '../support/new-person.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { dead, lifeSigns, refreshAt, signInAt, type Visit } from '../support/visits.ts';

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
