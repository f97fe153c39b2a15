// What the rest of the house may do with PINs.
import { createCheckPin, type CheckPin } from './check-pin.ts';
import { readPin } from './pin-format.ts';
import { createPinStore, type PinLimits, type PinState } from './store.ts';
import { createPinVerifiers, type PinKey } from './pin-verifier.ts';
import type { Hashing } from '../hashing/index.ts';
import type { Connection, Tx } from '../mongo/index.ts';

interface Needs {
  connection: Connection;
  hashing: Hashing;
  keys: readonly PinKey[];
  cost: number;
  digits: 4 | 6;
  limits: PinLimits;
  now: () => Date;
  random: (bytes: number) => Buffer;
  checkpoint: (name: string) => Promise<void>;
}

export interface PinRules {
  check: CheckPin;
  stateOf: (accountId: string) => Promise<PinState>;
  /** What was typed as a PIN; undefined where it cannot be one. */
  read: (typed: string) => string | undefined;
  digits: 4 | 6;
  /** Gives an account its first PIN. */
  add: (accountId: string, pin: string) => Promise<void>;
  /** Until a new PIN is set; nothing where there is none. */
  lock: (accountId: string, tx?: Tx) => Promise<void>;
}

export const createPin = ({ hashing, keys, cost, digits, checkpoint, ...needs }: Needs): PinRules => {
  const pins = createPinStore(needs);
  const verifiers = createPinVerifiers({ hashing, keys, cost });
  return {
    check: createCheckPin({ pins, verifiers, checkpoint }),
    stateOf: pins.stateOf,
    read: (typed) => readPin(typed, digits),
    digits,
    add: async (accountId, pin) => pins.add(accountId, await verifiers.make(accountId, pin)),
    lock: pins.lock,
  };
};
