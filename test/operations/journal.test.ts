// What happens to a PIN stands in the journal; what cannot be written there does not happen.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { openFailPoint, type FailPoint } from '../support/fail-point.ts';
import {
  answerAt,
  askForPin,
  hasPinField,
  openPinPage,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
  signInWithPin,
  wrongPin,
} from '../support/step-up.ts';

let failPoint: FailPoint;
let idp: TestCivicId;
beforeAll(async () => {
  failPoint = await openFailPoint();
  idp = await startCivicId({ uri: failPoint.uri });
});
afterEach(async () => {
  await failPoint.recover();
});
afterAll(async () => {
  await idp.stop();
  await failPoint.close();
});

describe('the journal', () => {
  it('tells the whole story: asked, wrong, right', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await agent.submit(await agent.submit(page, { pin: wrongPin }), { pin: rightPin });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-wrong', 'pin-right']);
  });

  it('tells of a request that was cancelled, and of one that could not be asked', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await agent.submit(page, { action: 'cancel' });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-cancelled']);
  });

  it('tells once when the PIN was locked', async () => {
    const visit = await openPinPage(idp);
    const other = await askForPin(visit);
    for (let turn = 0; turn < 4; turn += 1) await idp.app.rules.pin.check(visit.person.id, wrongPin);
    await visit.agent.submit(visit.page, { pin: wrongPin });
    await visit.agent.submit(other.page, { pin: wrongPin });
    expect(await pinEventsOf(idp, visit.person)).toEqual(['pin-asked', 'pin-asked', 'pin-locked']);
  });

  it('says who, for which service, when and under which reference, and nothing else', async () => {
    const { agent, page, person, service } = await openPinPage(idp);
    const wrong = await agent.submit(page, { pin: wrongPin });
    const event = await nativeCollection(idp.connection, 'journal').findOne({
      accountId: person.id,
      type: 'pin-wrong',
    });
    expect(event).toEqual({
      _id: expect.anything(),
      at: expect.any(Date),
      type: 'pin-wrong',
      accountId: person.id,
      clientId: service.metadata.client_id,
      requestId: wrong.headers['x-request-id'],
      network: expect.any(String),
      device: 'unknown',
    });
  });
});

describe('while the journal cannot be written', () => {
  const breakJournal = () =>
    failPoint.fail(
      { failCommands: ['insert'], namespace: `${idp.connection.name}.journal`, errorCode: 10_107 },
      'always',
    );

  it('the right PIN confirms nothing: 503, no code; afterwards the same request can be confirmed', async () => {
    const { agent, page, request, person } = await openPinPage(idp);
    await breakJournal();
    const failed = await postForm(agent, page, { pin: rightPin });
    expect(failed.status).toBe(503);
    expect(failed.text).toContain('Nothing was lost');
    expect(failed.headers['location']).toBeUndefined();
    const reopened = await agent.open(page.url);
    expect(answerAt(reopened)).toBeUndefined();
    await failPoint.recover();
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked']);

    await nativeCollection(idp.connection, 'operations').updateMany({}, { $set: { busyUntil: null } }); // ten seconds later
    const again = await agent.open(page.url);
    expect(hasPinField(again)).toBe(true);
    await request.finish((await agent.submit(again, { pin: rightPin })).url);
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-right']);
  });

  it('a wrong PIN is counted all the same', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await breakJournal();
    expect((await postForm(agent, page, { pin: wrongPin })).status).toBe(503);
    await failPoint.recover();
    expect((await pinRowOf(idp, person)).tries).toBe(1);
  });

  it('nobody is asked, and when it can be written again, that it was asked is written once', async () => {
    const visit = await signInWithPin(idp);
    const plain = await visit.service.begin();
    expect(answerAt(await visit.agent.open(plain.url))).toBe('code');
    await breakJournal();
    const { page, request } = await askForPin(visit);
    expect(page.status).toBe(503);
    await failPoint.recover();

    const asked = await visit.agent.open(page.url);
    expect(hasPinField(asked)).toBe(true);
    await request.finish((await visit.agent.submit(asked, { pin: rightPin })).url);
    expect(await pinEventsOf(idp, visit.person)).toEqual(['pin-asked', 'pin-right']);
  });

  it('nothing is cancelled, and nobody is left without words', async () => {
    const { agent, page, person } = await openPinPage(idp);
    await breakJournal();
    const failed = await agent.submit(page, { action: 'cancel' });
    expect([failed.status, answerAt(failed)]).toEqual([503, undefined]);
    expect(wordsOf(failed)).toContain('Try again in a minute');
    await failPoint.recover();
    expect(answerAt(await agent.submit(page, { action: 'cancel' }))).toBe('access_denied');
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-cancelled']);
  });
});
