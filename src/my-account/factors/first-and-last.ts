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

/** All of it while the account is held still. */
export const createFirstAndLast = ({ secondFactors, devices }: FirstAndLastNeeds) => ({
  draw: secondFactors.recoveryCodes.draw,
  /** Before the new factor is written. */
  isFirst: async (tx: Tx, account: Account): Promise<boolean> =>
    !hasSecondFactor(await secondFactors.ofAccount(account, tx)),
  welcome: async (tx: Tx, { id }: Account, { codes, deviceCookie }: FirstFactor): Promise<void> => {
    await secondFactors.recoveryCodes.replace(tx, id, codes);
    await devices.forgetAll(tx, id, deviceCookie);
  },
  /** Before it is taken away: whether nothing is left without what `gone` says. */
  isLast: async (tx: Tx, account: Account, gone: Partial<SecondFactorsOf>): Promise<boolean> =>
    !hasSecondFactor({ ...(await secondFactors.ofAccount(account, tx)), ...gone }),
  sayGoodbye: (tx: Tx, { id }: Account): Promise<void> => secondFactors.recoveryCodes.removeAll(tx, id),
});
