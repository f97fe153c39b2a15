// A password that is made is strong, typed on any keyboard, and good for everybody.
import { describe, expect, it } from '@jest/globals';
import { anna, good, testPolicy } from '../support/password-policy.ts';

const eight = testPolicy(8);
const fifteen = testPolicy(15);

describe('a password that is made', () => {
  const shape = /^[bcdfghjkmnpqrstvwxyz2-9]{4}(-[bcdfghjkmnpqrstvwxyz2-9]{4}){3}$/;

  it('is good for everybody, typed without shift, and never the same', () => {
    const made = Array.from({ length: 10_000 }, () => fifteen.make());
    expect(new Set(made).size).toBe(10_000);
    expect(made.filter((password) => !shape.test(password))).toEqual([]);
    expect(made.filter((password) => fifteen.judge(password, { person: anna }).outcome !== 'good')).toEqual([]);
  });

  it('has each letter as often as any other: 76 bits and more', () => {
    const counts = new Map<string, number>();
    for (let turn = 0; turn < 10_000; turn += 1)
      for (const letter of eight.make().replaceAll('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(16 * Math.log2(counts.size)).toBeGreaterThan(76);
    const expected = 160_000 / counts.size;
    const worst = Math.max(...[...counts.values()].map((count) => Math.abs(count - expected) / expected));
    expect(worst).toBeLessThan(0.07); // five times what chance does
  });

  it('does not use what is left over of a byte', () => {
    const bytes = [255, 252, 253, 254, 251, 0];
    const turning = (count: number) => Buffer.from(Array.from({ length: count }, (_, at) => bytes[at % 6] ?? 0));
    const { make } = testPolicy(8, { random: turning });
    expect(make()).toMatch(/^[9b-]{19}$/);
  });

  it.each([8, 15, 19, 20, 24, 25, 63, 64])('is long enough where %d are asked for', (least) => {
    const policy = testPolicy(least);
    expect(policy.judge(policy.make(), { person: anna })).toEqual(good);
  });
});
