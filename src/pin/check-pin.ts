// A PIN confirms; five wrong tries lock it, however many arrive at once. The only code that compares one.
import { HashingBusy } from '../hashing/index.ts';
import { createLockPin, type LockNeeds, type PinTry } from './lock-pin.ts';
import type { PinVerifiers } from './pin-verifier.ts';

export type PinCheck =
  | { outcome: 'right' }
  | { outcome: 'wrong'; triesLeft: number }
  /** `justNow`: by this very try. */
  | { outcome: 'locked'; justNow: boolean }
  | { outcome: 'none' }
  /** It has another number of digits than a PIN has now. */
  | { outcome: 'outdated' }
  | { outcome: 'busy' };

interface Needs extends LockNeeds {
  verifiers: PinVerifiers;
  checkpoint: (name: string) => Promise<void>;
}

const unknownTry: PinTry = { device: 'unknown', noteLock: async () => undefined };

export const createCheckPin = (needs: Needs) => {
  const { pins, verifiers, checkpoint } = needs;
  const lock = createLockPin(needs);

  return async (accountId: string, pin: string, where: PinTry = unknownTry): Promise<PinCheck> => {
    const attempt = await pins.reserve(accountId); // counted first: parallel guesses must not outrun the lock
    if (attempt.outcome === 'none' || attempt.outcome === 'outdated') return attempt;
    if (attempt.outcome === 'locked') return { outcome: 'locked', justNow: false };
    await checkpoint('PIN try reserved');

    const isRight = await verifiers.verify(attempt.verifier, accountId, pin).catch(async (error: unknown) => {
      if (!(error instanceof HashingBusy)) throw error;
      await pins.giveBack(accountId, attempt.id);
      return undefined;
    });
    if (isRight === undefined) return { outcome: 'busy' };
    if (!isRight && attempt.triesLeft > 0) return { outcome: 'wrong', triesLeft: attempt.triesLeft };
    if (!isRight) return { outcome: 'locked', justNow: await lock(accountId, attempt.verifier, where) };

    const isStillOpen = await pins.forget(accountId, attempt.id);
    return isStillOpen ? { outcome: 'right' } : { outcome: 'locked', justNow: false };
  };
};

export type CheckPin = ReturnType<typeof createCheckPin>;
