// What a person has besides the password: read, added, checked and taken away in one place.
import { createCheckFactor, type CheckNeeds } from './check-factor.ts';
import { hasSecondFactor, type SecondFactorsOf } from './factor.ts';
import { drawRecoveryCodes } from './recovery-code.ts';
import { createRecoveryCodesStore } from './recovery-codes-store.ts';
import { createSmsCode, type SmsCodeNeeds } from './sms-code.ts';
import { createSmsFactorStore } from './sms-factor-store.ts';
import { drawTotpSecret, readTotpCode, stepOfCode, totpAddress } from './totp.ts';
import type { Passkeys } from './passkeys.ts';
import { createHeldFactors } from './held-factors-store.ts';
import { createTotpStore } from './totp-store.ts';
import type { Account } from '../accounts/index.ts';
import type { Connection, Tx } from '../mongo/index.ts';
import type { Sealing } from '../sealing/index.ts';

interface Needs
  extends Omit<CheckNeeds, 'totp' | 'recoveryCodes' | 'smsCode' | 'delivery'>, Omit<SmsCodeNeeds, 'delivery'> {
  delivery: CheckNeeds['delivery'] & SmsCodeNeeds['delivery'];
  connection: Connection;
  passkeys: Passkeys;
  sealing: Sealing;
  recoveryKey: Buffer;
  random: (bytes: number) => Buffer;
}

export const createSecondFactors = (needs: Needs) => {
  const { connection, now, random } = needs;
  const totp = createTotpStore(needs);
  const recoveryCodes = createRecoveryCodesStore({ connection, key: needs.recoveryKey, now });
  const smsFactor = createSmsFactorStore(connection, now);
  const smsCode = createSmsCode(needs);

  /** With `tx` what is there in that very moment: outside of it a write that has just been made may not show yet. */
  const ofAccount = async (account: Account, tx?: Tx): Promise<SecondFactorsOf> => {
    const { id } = account;
    const [secret, isSmsOn] = [await totp.read(id, tx), await smsFactor.isOn(id, tx)];
    const [passkeys, left] = [await needs.passkeys.count(id, tx), await recoveryCodes.countLeft(id, tx)];
    const sms = isSmsOn && smsCode.phoneOf(account) !== undefined;
    return { totp: secret !== undefined, sms, passkeys, recoveryCodesLeft: left };
  };

  return {
    of: async (accountId: string): Promise<SecondFactorsOf> => {
      const account = await needs.accounts.find(accountId);
      if (account === undefined) return { totp: false, sms: false, passkeys: 0, recoveryCodesLeft: 0 };
      return ofAccount(account);
    },
    ofAccount,
    /** With the recovery codes where nothing is left that they stand in for; false where it was not there. Whoever calls holds the account still. */
    takeAway: async (tx: Tx, account: Account, kind: 'totp' | 'sms'): Promise<boolean> => {
      const { id } = account;
      const left = { ...(await ofAccount(account, tx)), [kind]: false };
      const isRemoved = kind === 'totp' ? await totp.remove(tx, id) : await smsFactor.switchOff(tx, id);
      if (isRemoved && !hasSecondFactor(left)) await recoveryCodes.removeAll(tx, id);
      return isRemoved;
    },
    /** Whatever was added from then on goes: a stranger's app would shut the person out. */
    removeAddedSince: async (tx: Tx, accountId: string, since: Date): Promise<void> => {
      for (const kind of [totp, smsFactor, recoveryCodes]) await kind.removeAddedSince(tx, accountId, since);
    },
    held: createHeldFactors(connection),
    /** Whether what is typed is right; spent by it, and the try counted before. */
    check: createCheckFactor({ ...needs, totp, recoveryCodes, smsCode }),
    totp: {
      draw: drawTotpSecret,
      addressOf: totpAddress,
      /** The half minute of a code that shows that the app has the secret; undefined where it does not. */
      stepOf: (secret: string, typed: string): number | undefined => {
        const code = readTotpCode(typed);
        return code === undefined ? undefined : stepOfCode(secret, code, now());
      },
      add: totp.add,
      remove: totp.remove,
    },
    sms: {
      phoneOf: smsCode.phoneOf,
      isDown: smsCode.isDown,
      resendAt: smsCode.resendAt,
      send: smsCode.send,
      switchOn: smsFactor.switchOn,
    },
    recoveryCodes: {
      draw: () => drawRecoveryCodes(random),
      replace: (tx: Tx, accountId: string, codes: readonly string[]) => recoveryCodes.replace(tx, accountId, codes),
      removeAll: recoveryCodes.removeAll,
    },
  };
};

export type SecondFactors = ReturnType<typeof createSecondFactors>;
