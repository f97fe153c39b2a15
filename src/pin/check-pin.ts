// A PIN confirms; five wrong tries lock it, however many arrive at once. The only code that compares one.
import { HashingBusy } from '../hashing/index.ts';
import type { PinStore } from './store.ts';
import type { PinVerifiers } from './pin-verifier.ts';

export type PinCheck =
  | { outcome: 'right' }
  | { outcome: 'wrong'; triesLeft: number }
  /** `justNow`: by this very try. */
  | { outcome: 'locked'; justNow: boolean }
  | { outcome: 'none' }
  | { outcome: 'busy' };

interface Needs {
  pins: PinStore;
  verifiers: PinVerifiers;
  checkpoint: (name: string) => Promise<void>;
}

export const createCheckPin =
  ({ pins, verifiers, checkpoint }: Needs) =>
  async (accountId: string, pin: string): Promise<PinCheck> => {
    const attempt = await pins.reserve(accountId); // counted first: parallel guesses must not outrun the lock
    if (attempt.outcome === 'none') return attempt;
    if (attempt.outcome === 'locked') return { outcome: 'locked', justNow: false };
    await checkpoint('PIN try reserved');

    const isRight = await verifiers.verify(attempt.verifier, accountId, pin).catch(async (error: unknown) => {
      if (!(error instanceof HashingBusy)) throw error;
      await pins.giveBack(accountId, attempt.id);
      return undefined;
    });
    if (isRight === undefined) return { outcome: 'busy' };
    if (!isRight && attempt.triesLeft > 0) return { outcome: 'wrong', triesLeft: attempt.triesLeft };
    if (!isRight) {
      await pins.lock(accountId);
      return { outcome: 'locked', justNow: true };
    }

    const isStillOpen = await pins.forget(accountId, attempt.id);
    return isStillOpen ? { outcome: 'right' } : { outcome: 'locked', justNow: false };
  };

export type CheckPin = ReturnType<typeof createCheckPin>;
