// What the rest of the house may do with PINs.
import { createCheckPin, type CheckPin } from './check-pin.ts';
import { readPin } from './pin-format.ts';
import { createReadiness, type PinNeed, type ReadinessOf } from './setting/readiness.ts';
import { createReminder } from './reminder.ts';
import { createPinStore, type PinLimits, type PinState } from './store.ts';
import { createPinVerifiers, type PinKey } from './pin-verifier.ts';
import { createSetting, type SettingNeeds, type SettingRules } from './setting/setting.ts';
import type { Hashing } from '../hashing/index.ts';
import type { Connection, Tx } from '../mongo/index.ts';

interface Needs extends Omit<SettingNeeds, 'pins' | 'verifiers' | 'readinessOf'> {
  connection: Connection;
  hashing: Hashing;
  keys: readonly PinKey[];
  cost: number;
  /** What a person needs before they may have one. */
  needs: readonly PinNeed[];
  limits: PinLimits & { reminderDays: number };
  random: (bytes: number) => Buffer;
}

export interface PinRules {
  check: CheckPin;
  stateOf: (accountId: string) => Promise<PinState>;
  /** `setAt` where there is one. */
  statusOf: (accountId: string) => Promise<{ state: PinState; setAt?: Date }>;
  readinessOf: ReadinessOf;
  /** What was typed as a PIN; undefined where it cannot be one. */
  read: (typed: string) => string | undefined;
  digits: 4 | 6;
  /** Gives an account its first PIN. */
  add: (accountId: string, pin: string) => Promise<void>;
  /** Until a new PIN is set; nothing where there is none. */
  lock: (accountId: string, tx?: Tx) => Promise<void>;
  forgetPerson: (tx: Tx, accountId: string) => Promise<void>;
  reminderFor: (accountId: string) => Promise<{ isDue: boolean }>;
  dismissReminder: (accountId: string) => Promise<void>;
  setting: SettingRules;
}

export const createPin = (needs: Needs): PinRules => {
  const { digits, limits } = needs;
  const pins = createPinStore(needs);
  const verifiers = createPinVerifiers(needs);
  const readinessOf = createReadiness(needs);
  return {
    check: createCheckPin({ ...needs, pins, verifiers }),
    stateOf: pins.stateOf,
    statusOf: async (accountId) => {
      const read = await pins.read(accountId);
      return read === undefined ? { state: 'none' } : { state: read.state, setAt: read.setAt };
    },
    readinessOf,
    setting: createSetting({ ...needs, pins, verifiers, readinessOf }),
    read: (typed) => readPin(typed, digits),
    digits,
    add: async (accountId, pin) => pins.add(accountId, await verifiers.make(accountId, pin)),
    lock: pins.lock,
    forgetPerson: pins.forgetPerson,
    ...createReminder({ ...needs, pins, afterDays: limits.reminderDays }),
  };
};
