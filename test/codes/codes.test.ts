import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CodeBinding, Codes } from '../../src/codes/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
let codes: Codes;
let binding: CodeBinding;
let flowCount = 0;

const uri = testDatabaseUri();
const secrets = makeTestSecrets();
beforeAll(async () => {
  idp = await startCivicId({ uri, secrets });
  codes = idp.app.services.codes;
});
afterAll(async () => {
  await idp.stop();
  await dropDatabase(uri);
});
beforeEach(() => {
  flowCount += 1;
  binding = { flowId: `flow-${flowCount}`, purpose: 'sign-in', destination: '+79000000001' };
});

const sha256 = (text: string) => createHash('sha256').update(text);
const put = (code: string, where: CodeBinding = binding): Promise<Date> =>
  idp.app.services.inTransaction((tx) => codes.put(tx, where, code));
const spend = async (typed: string, where: CodeBinding = binding) => (await codes.spend(where, typed)).outcome;
const record = async () => {
  const newest = nativeCollection<{ tries: number; mac: string; spentAt: Date | null }>(idp.connection, 'codes')
    .find()
    .sort({ expiresAt: -1 });
  return newest.next();
};

describe('drawing', () => {
  it('keeps leading zeros and favours no digit, in ten thousand codes', () => {
    const drawn = Array.from({ length: 10_000 }, () => codes.draw());
    expect(drawn.filter((code) => !/^[0-9]{6}$/.test(code))).toEqual([]);
    expect(drawn.filter((code) => code.startsWith('0')).length).toBeGreaterThan(800); // 1000 on average, 30 a sigma
    expect(new Set(drawn).size).toBeGreaterThan(9_900);

    for (let place = 0; place < 6; place += 1) {
      const counts = Object.values(tally(drawn.map((code) => code.charAt(place))));
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(counts).toHaveLength(10);
      expect(chiSquare).toBeLessThan(40); // of nine degrees of freedom: once in a hundred thousand runs
    }
  });
});

describe('what is stored', () => {
  it('is a keyed hash: neither the digits nor a plain hash of them, nor whom they are for', async () => {
    await put('482915');
    const dump = JSON.stringify(await dumpDatabase(idp));
    expect(dump).not.toMatch(/482915/);
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      for (const text of ['482915', `${binding.flowId}482915`, `code:v1:482915`])
        expect(dump).not.toContain(sha256(text).digest(encoding));
    const stored = JSON.stringify(await nativeCollection(idp.connection, 'codes').find().toArray());
    expect(stored).not.toContain(binding.destination);
    expect(stored).not.toContain(binding.flowId);
  });

  it('differs for the same digits in another flow, and is worth nothing under another key', async () => {
    await put('482915');
    const first = (await record())?.mac;
    await put('482915', { ...binding, flowId: 'another' });
    expect((await record())?.mac).not.toBe(first);

    const { codeKey } = makeTestSecrets();
    const stranger = await startCivicId({ uri, secrets: { ...secrets, codeKey } });
    expect((await stranger.app.services.codes.spend(binding, '482915')).outcome).toBe('over');
    await stranger.stop();
  });
});

describe('one code, one use', () => {
  it('is right once', async () => {
    await put('004217');
    expect(await spend('004217')).toBe('right');
    expect(await spend('004217')).toBe('over');
  });

  it('takes spaces and hyphens as people type them', async () => {
    for (const typed of ['004 217', '004-217', ' 0 0 4 2 1 7 ', '00 42-17', '004\u00a0217', '004217\n']) {
      const own = { ...binding, flowId: `typed as ${typed}` };
      await put('004217', own);
      expect([typed, await spend(typed, own)]).toEqual([typed, 'right']);
    }
  });

  it('does not count what cannot be a code', async () => {
    await put('004217');
    for (const typed of ['', '00421', '0042170', 'abcdef', '00421a', '４２', '٠٠٤٢١٧', '004217; 1', '0x4217', '-4217'])
      expect([typed, await spend(typed)]).toEqual([typed, 'malformed']);
    expect(await record()).toMatchObject({ tries: 0 });
    expect(await spend('004217')).toBe('right');
  });

  it('belongs to its flow, its purpose and its destination', async () => {
    await put('004217');
    const others: Partial<CodeBinding>[] = [
      { flowId: 'another flow' },
      { purpose: 'pin' },
      { purpose: 'recovery' },
      { destination: '+79000000002' },
      { destination: 'anna@example.org' },
    ];
    for (const other of others) expect(await spend('004217', { ...binding, ...other })).not.toBe('right');
    expect(await spend('004217')).toBe('right');
  });

  it('is void as soon as a new one is sent', async () => {
    await put('111111');
    await put('222222');
    expect(await spend('111111')).toBe('wrong');
    expect(await spend('222222')).toBe('right');
  });

  it('is not replaced when what should have replaced it is rolled back', async () => {
    await put('111111');
    const failing = idp.app.services.inTransaction(async (tx) => {
      await codes.put(tx, binding, '222222');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await spend('222222')).toBe('wrong');
    expect(await spend('111111')).toBe('right');
  });

  it('is good at 9:59 and no more at 10:01, with the record still there', async () => {
    await put('004217');
    await idp.age(9 + 58 / 60);
    const late = { ...binding, flowId: 'late' };
    await put('004217', late);
    expect(await spend('004217')).toBe('right');

    await idp.age(10 + 1 / 60);
    expect(await spend('004217', late)).toBe('over');
    expect(await record()).toMatchObject({ tries: 0, spentAt: null });
  });
});

describe('five tries', () => {
  it('are told one by one, and then not even the right code is taken', async () => {
    await put('004217');
    for (const triesLeft of [4, 3, 2, 1, 0])
      expect(await codes.spend(binding, '999999')).toEqual({ outcome: 'wrong', triesLeft });
    expect(await spend('004217')).toBe('over');
  });

  it('count over all codes of a flow: a new code brings no new tries', async () => {
    for (const code of ['111111', '222222', '333333', '444444', '555555']) {
      await put(code);
      expect(await spend('999999')).toBe('wrong');
    }
    await put('666666');
    expect(await spend('666666')).toBe('over');
    expect(await record()).toMatchObject({ tries: 5 });
  });

  it('are five also when fifty wrong ones come in the same moment', async () => {
    await put('004217');
    const { won } = await race(50, (index) => spend(String(100_000 + index)));
    expect(tally(won)).toEqual({ wrong: 5, over: 45 });
    expect(await record()).toMatchObject({ tries: 5 });
  });

  it('lets one of fifty right ones win that come in the same moment', async () => {
    await put('004217');
    const { won } = await race(50, () => spend('004217'));
    expect(tally(won)).toEqual({ right: 1, over: 49 });
  });
});
