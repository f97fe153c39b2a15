// Hashing has threads of its own and a queue that ends: a burst slows nobody but those who hash.
import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism, getPriority } from 'node:os';
import { promisify } from 'node:util';
import { compareSync, hashSync } from 'bcrypt';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHashing, HashingBusy, type Hashing } from '../../src/hashing/index.ts';
import { race } from '../support/race.ts';

const threads = Math.max(1, availableParallelism() - 1);
const queuePerThread = 4;
/** Running and waiting. */
const capacity = threads + threads * queuePerThread;

let hashing: Hashing;
const start = (): Hashing => (hashing = createHashing({ queuePerThread }));
afterEach(() => hashing.close());

/** Fills threads and queue with hashes that take a while; what becomes of them is of no interest. */
const fill = (cost: number): void => {
  for (let place = 0; place < capacity * 2; place += 1) void hashing.hash('x', cost).catch(() => undefined);
};

describe('a hash', () => {
  it('is bcrypt’s own', async () => {
    start();
    const hash = await hashing.hash('some text', 5);
    expect(hash).toMatch(/^\$2b\$05\$/);
    expect(compareSync('some text', hash)).toBe(true);
    expect(await hashing.compare('some text', hashSync('some text', 4))).toBe(true);
    expect(await hashing.compare('other text', hash)).toBe(false);
  });

  it('is never one of a text that bcrypt would cut', async () => {
    start();
    await expect(hashing.hash('x'.repeat(73), 4)).rejects.toThrow(RangeError);
    await expect(hashing.compare('й'.repeat(37), hashSync('x', 4))).rejects.toThrow(RangeError);
    expect(hashing.count()).toBe(0);
    expect(await hashing.hash('x'.repeat(72), 4)).toMatch(/^\$2b\$04\$/);
  });

  it('is counted, made or compared', async () => {
    start();
    await hashing.hash('x', 4);
    await hashing.compare('x', 'nonsense').catch(() => undefined);
    await hashing.compare('x', hashSync('x', 4));
    expect(hashing.count()).toBe(3);
  });
});

describe('a full queue', () => {
  it('takes as many as it has places for and refuses the others at once, without hashing', async () => {
    start();
    const { won, lost } = await race(capacity * 3, () => hashing.hash('x', 8));
    expect(won.length).toBeGreaterThanOrEqual(threads * queuePerThread);
    expect(won.length).toBeLessThanOrEqual(capacity);
    expect(lost.filter((reason) => !(reason instanceof HashingBusy))).toEqual([]);
    expect(hashing.count()).toBe(won.length);
  });

  it('says so, and no longer when it has places again', async () => {
    start();
    expect(hashing.isFull()).toBe(false);
    fill(8);
    expect(hashing.isFull()).toBe(true);
    await expect(hashing.compare('x', hashSync('x', 4))).rejects.toBeInstanceOf(HashingBusy);
    while (hashing.isFull()) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await hashing.hash('x', 4)).toMatch(/^\$2b\$04\$/);
  });

  it('leaves files and libuv’s other work alone', async () => {
    start();
    fill(13); // half a second each
    const begin = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await readFile(new URL(import.meta.url));
        await promisify(pbkdf2)('x', 'salt', 1000, 32, 'sha256');
      }),
    );
    const took = performance.now() - begin;
    expect(hashing.isFull()).toBe(true);
    expect(took).toBeLessThan(1000);
  });

  it('lets the event loop turn', async () => {
    start();
    fill(12);
    const begin = performance.now();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(hashing.isFull()).toBe(true);
  });

  it('does not hold up the end', async () => {
    start();
    fill(12);
    const begin = performance.now();
    await hashing.close();
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});

it('lowers the priority of its own threads and of nothing else', async () => {
  const before = getPriority();
  start();
  await hashing.hash('x', 4);
  expect(getPriority()).toBe(before);
});
