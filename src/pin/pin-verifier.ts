// Ten thousand PINs are tried in minutes whatever the hash: only a key outside the database protects one, bound to its account (PIN-01…03).
import { createHmac } from 'node:crypto';
import type { Hashing } from '../hashing/index.ts';

export interface PinVerifier {
  hash: string;
  keyId: string;
}

export interface PinKey {
  id: string;
  key: Buffer;
}

interface Needs {
  hashing: Hashing;
  /** The current one first. */
  keys: readonly PinKey[];
  cost: number;
}

export interface PinVerifiers {
  /** Throws `HashingBusy`. */
  make: (accountId: string, pin: string) => Promise<PinVerifier>;
  /** Costs one hash. Throws `HashingBusy`. */
  verify: (verifier: PinVerifier, accountId: string, pin: string) => Promise<boolean>;
}

const digest = ({ key }: PinKey, accountId: string, pin: string): string =>
  createHmac('sha384', key).update(`pin:v1${accountId}\u001f${pin}`).digest('base64');

export const createPinVerifiers = ({ hashing, keys, cost }: Needs): PinVerifiers => {
  const [current] = keys;
  if (current === undefined) throw new Error('PINs need a key');

  return {
    make: async (accountId, pin) => ({
      hash: await hashing.hash(digest(current, accountId, pin), cost),
      keyId: current.id,
    }),
    verify: async ({ hash, keyId }, accountId, pin) => {
      const key = keys.find(({ id }) => id === keyId);
      return (await hashing.compare(digest(key ?? current, accountId, pin), hash)) && key !== undefined;
    },
  };
};
