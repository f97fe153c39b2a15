// What comes with the first second factor, and goes with the last one: the recovery codes. With the first, every other browser has to show it once.
import type { Account } from '../../accounts/index.ts';
import type { Devices } from '../../devices/index.ts';
import type { Tx } from '../../mongo/index.ts';
import { hasSecondFactor, type SecondFactors, type SecondFactorsOf } from '../../second-factors/index.ts';

export interface FirstAndLastNeeds {
  secondFactors: SecondFactors;
  devices: Pick<Devices, 'forgetAll'>;
}

/** Codes are drawn before it is known whether they are needed: nothing is drawn while the account is held still. */
export interface FirstFactor {
  codes: readonly string[];
  /** The browser that stays remembered. */
  deviceCookie: string | undefined;
}

/** Both are asked while the account is held still, before the factor itself is written. */
export const createFirstAndLast = ({ secondFactors, devices }: FirstAndLastNeeds) => ({
  draw: secondFactors.recoveryCodes.draw,
  /** True where a factor that is added now is the first: what comes with it is written. */
  welcomeFirst: async (tx: Tx, account: Account, { codes, deviceCookie }: FirstFactor): Promise<boolean> => {
    if (hasSecondFactor(await secondFactors.ofAccount(account))) return false;
    await secondFactors.recoveryCodes.replace(tx, account.id, codes);
    await devices.forgetAll(tx, account.id, deviceCookie);
    return true;
  },
  /** Whether nothing is left without what `gone` says. */
  isLast: async (account: Account, gone: Partial<SecondFactorsOf>): Promise<boolean> =>
    !hasSecondFactor({ ...(await secondFactors.ofAccount(account)), ...gone }),
  sayGoodbye: (tx: Tx, { id }: Account): Promise<void> => secondFactors.recoveryCodes.removeAll(tx, id),
});
