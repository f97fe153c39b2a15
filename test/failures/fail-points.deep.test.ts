import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, readForm, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { openFailPoint, type FailPoint, type Failure } from '../support/fail-point.ts';
import { createLedger, expectHonestAnswers, fetchAnswer, type Answer, type Entry } from '../support/ledger.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

const anna = citizen('anna');

let failPoint: FailPoint;
let idp: TestCivicId;
let service: RelyingParty;

beforeAll(async () => {
  failPoint = await openFailPoint();
  idp = await startCivicId({ uri: failPoint.uri });
  service = await newService(idp, { first_party: true, grant_types: ['authorization_code', 'refresh_token'] });
});
afterEach(async () => {
  await failPoint.recover();
});
afterAll(async () => {
  await idp.stop();
  await failPoint.close();
});

interface OpenForm {
  agent: BrowserAgent;
  page: PageView;
  finish: Awaited<ReturnType<RelyingParty['begin']>>['finish'];
}
const openForm = async (): Promise<OpenForm> => {
  const agent = createBrowserAgent(idp.issuer);
  const { url, finish } = await service.begin();
  return { agent, page: await agent.open(url), finish };
};
const signInWith = async ({ agent, page, finish }: OpenForm) => finish((await typeCredentials(agent, page, anna)).url);
const submit = ({ agent, page }: OpenForm, password = anna.password): Promise<Answer> => {
  const { action, hidden } = readForm(page.html);
  return agent.post(action, new URLSearchParams({ ...hidden, identifier: String(anna.phone), password }).toString());
};
const refresh = (token: string): Promise<Answer> => {
  const { client_id: id, client_secret: secret } = service.metadata;
  return fetchAnswer(new URL('/token', idp.issuer), {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${String(secret)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  });
};
const newRefreshToken = async () => (await signInWith(await openForm())).refresh_token ?? '';

const reads = ['find', 'aggregate'];
const writes = ['insert', 'update', 'findAndModify'];
const failures: [string, Failure][] = [
  ['is no longer the primary', { failCommands: writes, errorCode: 10_107 }],
  ['is interrupted by a change of primary', { failCommands: reads, errorCode: 11_602 }],
  ['breaks every connection off', { failCommands: [...reads, ...writes], closeConnection: true }],
  ['has no majority', { failCommands: writes, writeConcernError: { code: 64, errmsg: 'waiting timed out' } }],
  ['takes four seconds for each read', { failCommands: reads, blockConnection: true, blockTimeMS: 4000 }],
  ['takes four seconds for each write', { failCommands: writes, blockConnection: true, blockTimeMS: 4000 }],
];

describe('a store that', () => {
  const expectTold = ({ status, headers, text }: Entry, isTold: (text: string) => unknown): void => {
    expect({ status, retryAfter: headers['retry-after'], said: isTold(text) }).toEqual({
      status: 503,
      retryAfter: '30',
      said: true,
    });
  };

  it.each(failures)(
    '%s: nobody is let in, everybody is told in time, and the form is good afterwards',
    async (_, failure) => {
      const { call, entries } = createLedger();
      const form = await openForm();
      const token = await newRefreshToken();
      await failPoint.fail(failure, 'always');
      const [page, json] = await Promise.all([
        call('sign-in form', 0, () => submit(form)),
        call('refresh', 0, () => refresh(token)),
      ]);
      await failPoint.recover();

      expectHonestAnswers(entries);
      expectTold(page, (text) => text.includes('This is not working right now'));
      expectTold(json, (text) => JSON.parse(text).error === 'temporarily_unavailable');
      await signInWith(form);
    },
  );
});

describe('a failure that passes at once', () => {
  it.each([...reads, ...writes])('is never noticed: %s', async (command) => {
    const form = await openForm();
    await failPoint.fail({ failCommands: [command], closeConnection: true }, 1);
    await signInWith(form);
    expect(await failPoint.recover()).toBe(1);
  });

  it('counts a try once, though its write was sent twice', async () => {
    await failPoint.fail({ failCommands: ['findAndModify'], closeConnection: true }, 1);
    expect((await submit(await openForm(), 'not her password')).status).toBe(422);
    const records = await nativeCollection(idp.connection, 'attempts').find().toArray();
    expect(records.map((record) => record['tries'])).toEqual([1, 1]);
  });

  it('spends a refresh token once, though its write was sent twice', async () => {
    const token = await newRefreshToken();
    await failPoint.fail({ failCommands: ['update'], closeConnection: true }, 1);
    expect((await refresh(token)).status).toBe(200);
    expect((await refresh(token)).status).toBe(400);
  });

  it('may take four seconds: the sign-in waits for it', async () => {
    const form = await openForm();
    await failPoint.fail({ failCommands: ['insert'], blockConnection: true, blockTimeMS: 4000 }, 1);
    expect((await submit(form)).status).toBe(303);
  });
});
