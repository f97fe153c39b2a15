import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { limits } from '../../config/index.ts';
import type { FlowOf } from '../../src/flows/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { race, tally } from '../support/race.ts';

const answersSchema = z.object({ word: z.string() });
type Answers = z.infer<typeof answersSchema>;

interface RawFlow {
  _id: string;
  kind: string;
  step: string;
  sealed: string;
  expiresAt: Date;
  sweepAt: Date;
}

const lifetimeMinutes = limits.flows['new-device'] / 60;

let idp: TestCivicId;
let flows: FlowOf<Answers>;
const flowsOf = ({ app }: TestCivicId): FlowOf<Answers> =>
  app.services.flows('new-device', (stored) => answersSchema.parse(stored));

const uri = testDatabaseUri();
const secrets = makeTestSecrets();
beforeAll(async () => {
  idp = await startCivicId({ uri, secrets });
  flows = flowsOf(idp);
});
afterAll(async () => {
  await idp.stop();
  await dropDatabase(uri);
});

const rawFlows = () => nativeCollection<RawFlow>(idp.connection, 'flows');
const begin = () => flows.begin('first', { word: 'нет' });
const readStep = async (token: string | undefined) => (await flows.read(token))?.step;

describe('a journey on the server', () => {
  it('that another version has written is over: the person begins anew', async () => {
    const written = idp.app.services.flows('new-device', (stored) => z.object({ term: z.string() }).parse(stored));
    const { token } = await written.begin('first', { term: 'нет' });
    expect(await flows.read(token)).toBeUndefined();
  });

  it('goes step by step, with what was answered so far', async () => {
    const { token, flow } = await begin();
    expect(await flows.read(token)).toEqual(flow);

    expect(await flows.advance(flow, 'second', { word: 'да' })).toBe(true);
    expect(await flows.read(token)).toMatchObject({ step: 'second', answers: { word: 'да' } });
  });

  it('lets nobody go back to a step that was left, nor skip one', async () => {
    const { token, flow } = await begin();
    await flows.advance(flow, 'second', { word: 'да' });

    expect(await flows.advance(flow, 'third', { word: 'чужое' })).toBe(false); // stands at the first still
    expect(await flows.end(flow)).toBe(false);
    expect(await flows.read(token)).toMatchObject({ step: 'second', answers: { word: 'да' } });
  });

  it('is over when it is over: no reading, no step, no second end, no more time', async () => {
    const { token, flow } = await begin();
    expect(await flows.end(flow)).toBe(true);

    expect(await flows.read(token)).toBeUndefined();
    expect(await flows.advance(flow, 'second', { word: 'да' })).toBe(false);
    expect(await flows.end(flow)).toBe(false);
    expect(await flows.extend(flow)).toBeUndefined();
    expect(await rawFlows().findOne({ _id: flow.id })).toMatchObject({ step: 'ended', sealed: '' });
  });

  it.each(['second', 'first'])(
    'lets one of twenty take the step to "%s", also where it leads to itself',
    async (step) => {
      const { token, flow } = await begin();
      const { won } = await race(20, (index) => flows.advance(flow, step, { word: `word ${index}` }));
      expect(tally(won.map(String))).toEqual({ true: 1, false: 19 });
      expect((await flows.read(token))?.answers.word).toBe(`word ${won.indexOf(true)}`);
    },
  );

  it('lets one of twenty end it, and nobody end what moved on meanwhile', async () => {
    const first = await begin();
    const { won } = await race(20, () => flows.end(first.flow));
    expect(tally(won.map(String))).toEqual({ true: 1, false: 19 });

    const second = await begin();
    const steps = await race(20, (index) =>
      index % 2 === 0 ? flows.end(second.flow) : flows.advance(second.flow, 'second', { word: 'да' }),
    );
    expect(steps.won.filter(Boolean)).toHaveLength(1);
  });
});

describe('a journey belongs to the browser that began it', () => {
  it.each([
    ['no cookie', () => undefined],
    ['an empty one', () => ''],
    ['a made up one', () => 'A'.repeat(32)],
    ['the id of the record instead of the value', (id: string) => id],
    ['a very long one', () => 'A'.repeat(100_000)],
  ])('answers nothing to %s', async (_what, cookie) => {
    const { flow } = await begin();
    expect(await flows.read(cookie(flow.id))).toBeUndefined();
  });

  it('is another one at each beginning, and the value of the cookie stands nowhere in the database', async () => {
    const [first, second] = [await begin(), await begin()];
    expect(first.token).not.toBe(second.token);
    expect(JSON.stringify(await rawFlows().find().toArray())).not.toContain(first.token);
  });

  it('is no journey of another kind', async () => {
    const { token, flow } = await begin();
    await rawFlows().updateOne({ _id: flow.id }, { $set: { kind: 'recovery' } });
    expect(await flows.read(token)).toBeUndefined();
    expect(await flows.advance(flow, 'second', { word: 'да' })).toBe(false);
    expect(await flows.end(flow)).toBe(false);
  });
});

describe('the answers', () => {
  it('are sealed: nothing of them can be read in the database', async () => {
    const { flow } = await flows.begin('first', { word: 'anna@example.org' });
    const raw = await rawFlows().findOne({ _id: flow.id });
    const text = JSON.stringify(raw);
    for (const readable of ['anna', 'example', 'word', Buffer.from('anna@example.org').toString('base64url')])
      expect(text).not.toContain(readable);
  });

  it('never open in the place of another record', async () => {
    const [mine, other] = [await begin(), await begin()];
    const raw = await rawFlows().findOne({ _id: other.flow.id });
    await rawFlows().updateOne({ _id: mine.flow.id }, { $set: { sealed: raw?.sealed ?? '' } });
    await expect(flows.read(mine.token)).rejects.toThrow();
  });

  it('never open once a letter of them is changed, nor under another key', async () => {
    const { token, flow } = await begin();
    const sealed = (await rawFlows().findOne({ _id: flow.id }))?.sealed ?? '';
    const [id, iv, body = '', tag] = sealed.split('.');
    const changed = `${body.startsWith('A') ? 'B' : 'A'}${body.slice(1)}`;
    await rawFlows().updateOne({ _id: flow.id }, { $set: { sealed: [id, iv, changed, tag].join('.') } });
    await expect(flows.read(token)).rejects.toThrow();
    await rawFlows().updateOne({ _id: flow.id }, { $set: { sealed } });
    expect(await readStep(token)).toBe('first');
  });

  it('open under an older key while it stands in the list, and not without it', async () => {
    const { token } = await begin();
    const fresh = makeTestSecrets().sealingKeys;
    const renewed = await startCivicId({
      uri,
      secrets: { ...secrets, sealingKeys: [...fresh, ...secrets.sealingKeys] },
    });
    const ignorant = await startCivicId({ uri, secrets: { ...secrets, sealingKeys: fresh } });

    expect((await flowsOf(renewed).read(token))?.step).toBe('first');
    await expect(flowsOf(ignorant).read(token)).rejects.toThrow();
    await renewed.stop();
    await ignorant.stop();
  });
});

describe('a journey has its time', () => {
  it('is good until its last minute and not after, with the record still there', async () => {
    const { token, flow } = await begin();
    await idp.age(lifetimeMinutes - 1);
    expect(await readStep(token)).toBe('first');

    await idp.age(2);
    expect(await flows.read(token)).toBeUndefined();
    expect(await flows.advance(flow, 'second', { word: 'да' })).toBe(false);
    expect(await flows.end(flow)).toBe(false);
    expect(await rawFlows().findOne({ _id: flow.id })).toMatchObject({ step: 'first' });
  });

  it('says until when, and gives more time to whoever asks before the end', async () => {
    const { token, flow } = await begin();
    await idp.age(lifetimeMinutes - 10);
    const until = await flows.extend(flow);
    expect(Number(until) - Number(flow.expiresAt)).toBeGreaterThan((lifetimeMinutes - 11) * 60_000);
    expect((await flows.read(token))?.expiresAt).toEqual(until);

    await idp.age(20);
    expect(await readStep(token)).toBe('first');
  });

  it('cannot be brought back by asking for more time too late', async () => {
    const { token, flow } = await begin();
    await idp.age(lifetimeMinutes + 1);
    expect(await flows.extend(flow)).toBeUndefined();
    expect(await flows.read(token)).toBeUndefined();
  });

  it('begins its time anew with each step', async () => {
    const { token, flow } = await begin();
    await idp.age(lifetimeMinutes - 10);
    await flows.advance(flow, 'second', { word: 'да' });
    await idp.age(20);
    expect(await readStep(token)).toBe('second');
  });
});
