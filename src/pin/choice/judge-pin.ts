// Whether a PIN may be chosen. Why not is told to nobody: the answer to "was it the birthday?" is worth knowing (PIN-11).
import { isPersonal, type PinOwner } from './personal-pins.ts';
import { isWeak } from './weak-pins.ts';
import type { PinVerifier, PinVerifiers } from '../pin-verifier.ts';

export interface PinChoice {
  accountId: string;
  owner: PinOwner;
  lastCode: string;
  /** Of the PIN that there is and those before it. */
  used: readonly PinVerifier[];
}

/** Costs a hash for each used one. Throws `HashingBusy`. */
export const createJudgePin =
  ({ verify }: Pick<PinVerifiers, 'verify'>) =>
  async (pin: string, { accountId, owner, lastCode, used }: PinChoice): Promise<'good' | 'easy'> => {
    if (isWeak(pin) || isPersonal(pin, owner, lastCode)) return 'easy';
    const isUsed = await Promise.all(used.map((verifier) => verify(verifier, accountId, pin)));
    return isUsed.includes(true) ? 'easy' : 'good';
  };

export type JudgePin = ReturnType<typeof createJudgePin>;
