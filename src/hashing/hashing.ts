// A bounded pool of threads for bcrypt: when it is full, people are told to come back in a moment instead of everybody waiting.
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { HashTask } from './hash-worker.ts';

/** The queue is full; nothing was hashed. */
export class HashingBusy extends Error {}

export interface Hashing {
  /** bcrypt of an ASCII text of at most 72 bytes. Throws `HashingBusy`. */
  hash: (text: string, cost: number) => Promise<string>;
  /** Throws `HashingBusy`. */
  compare: (text: string, hash: string) => Promise<boolean>;
  /** How many hashes were made or compared since the start. */
  count: () => number;
  isFull: () => boolean;
  close: () => Promise<void>;
}

const bcryptBytes = 72;

export const createHashing = ({ queuePerThread }: { queuePerThread: number }): Hashing => {
  const threads = Math.max(1, availableParallelism() - 1);
  const pool = new Piscina<HashTask, string | boolean>({
    filename: new URL('./hash-worker.ts', import.meta.url).href,
    name: 'run',
    minThreads: threads,
    maxThreads: threads,
    maxQueue: queuePerThread * threads,
  });
  let done = 0;

  const isFull = () => pool.queueSize >= pool.options.maxQueue;
  const run = async (task: HashTask): Promise<string | boolean> => {
    if (Buffer.byteLength(task.text) > bcryptBytes) throw new RangeError('bcrypt would cut this text');
    if (isFull()) throw new HashingBusy('the hashing queue is full');
    done += 1;
    return pool.run(task);
  };

  return {
    hash: async (text, cost) => String(await run({ kind: 'hash', text, cost })),
    compare: async (text, hash) => (await run({ kind: 'compare', text, hash })) === true,
    count: () => done,
    isFull,
    close: () => pool.close({ force: true }),
  };
};
