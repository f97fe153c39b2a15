// A second factor is counted before it is compared, each kind under a count of its own: one that is closed closes no other. A sign-in has another count than a session, which nobody who only knows the password can use up.
import type { FactorWay } from './factor.ts';
import type { Passkeys } from './passkeys.ts';
import { readRecoveryCode } from './recovery-code.ts';
import type { RecoveryCodesStore } from './recovery-codes-store.ts';
import type { FactorVisit, SmsCode } from './sms-code.ts';
import { readTotpCode, stepOfCode } from './totp.ts';
import type { TotpStore } from './totp-store.ts';
import { createUsePasskey, type UsePasskeyNeeds } from './use-passkey.ts';
import type { Account } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { SendRules, Sends } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { InTransaction } from '../mongo/index.ts';

export interface FactorTry {
  way: FactorWay;
  /** A code, or what the authenticator answers. */
  typed: string;
  /** What a code by SMS was sent for. */
  flowId: string;
  /** What the authenticator was asked; whoever asked has spent it. */
  challenge?: string;
  /** In a session of the person, in place of a sign-in. */
  isSignedIn: boolean;
}

export type FactorCheck =
  /** `amr`: what a token says of it. */
  | { outcome: 'right'; amr: string[] }
  /** Not one that is good now, nor of this person; what was used is neither. */
  | { outcome: 'wrong' }
  /** It cannot be a code: nothing was counted. */
  | { outcome: 'malformed' }
  /** Of SMS: this code is of no use any more; a new one is. */
  | { outcome: 'over' }
  | { outcome: 'wait'; until: Date };

export interface CheckNeeds extends UsePasskeyNeeds {
  passkeys: Passkeys;
  totp: TotpStore;
  recoveryCodes: RecoveryCodesStore;
  smsCode: SmsCode;
  attempts: Attempts;
  sends: Sends;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

const once: SendRules = [{ seconds: 24 * 3600, count: 1 }];

type Compared = { amr: string[] } | 'wrong' | 'malformed' | 'over';

/** RFC 8176; a recovery code has no name there: it is told as one more factor, and as no kind that it is not. */
const right = (...names: string[]): Compared => ({ amr: [...names, 'mfa'] });

export const createCheckFactor = (needs: CheckNeeds) => {
  const { totp, passkeys, recoveryCodes, smsCode, attempts, notices, journal, inTransaction, now } = needs;
  const usePasskey = createUsePasskey(needs);

  const compareTotp = async ({ id }: Account, typed: string): Promise<Compared> => {
    const code = readTotpCode(typed);
    const factor = await totp.read(id);
    if (code === undefined || factor === undefined) return 'malformed';
    const step = stepOfCode(factor.secret, code, now());
    return step !== undefined && (await totp.spend(id, step)) ? right('otp') : 'wrong';
  };

  /** Somebody else's stays untouched. */
  const comparePasskey = async (account: Account, { typed, challenge }: FactorTry, visit: FactorVisit) => {
    const used = challenge === undefined ? undefined : await passkeys.readUsed(typed, challenge);
    if (used?.passkey.accountId !== account.id) return 'wrong';
    const at = now();
    const isUsed = await inTransaction((tx) => usePasskey(tx, used, visit, at));
    needs.delivery.nudge();
    return isUsed ? { amr: used.amr } : 'wrong';
  };

  /** Whoever got here has the password: its person hears of it, once a day. */
  const warn = async (account: Account, { device, requestId }: FactorVisit): Promise<void> => {
    if ((await needs.sends.reserve(`factor-guessed:${account.id}`, once)).outcome === 'wait') return;
    const facts = { at: now(), device, requestId };
    await inTransaction((tx) => notices.tell(tx, account, 'factor-guessed', facts));
    needs.delivery.nudge();
  };

  /** Spent, remembered and told in one write. */
  const spendRecoveryCode = async (account: Account, typed: string, visit: FactorVisit): Promise<Compared> => {
    const code = readRecoveryCode(typed);
    if (code === undefined) return 'malformed';
    const at = now();
    const left = await inTransaction(async (tx) => {
      const isLeft = await recoveryCodes.take(tx, account.id, code);
      if (isLeft === undefined) return undefined;
      await journal.writeIn(tx, { type: 'recovery-code-used', accountId: account.id, ...visit });
      await notices.tell(tx, account, 'recovery-code-used', { at, device: visit.device, requestId: visit.requestId });
      return isLeft;
    });
    if (left === undefined) return 'wrong';
    needs.delivery.nudge();
    return right();
  };

  const compareSms = async (account: Account, { typed, flowId }: FactorTry): Promise<Compared> => {
    const { outcome } = await smsCode.spend(account, flowId, typed);
    return outcome === 'right' ? right('sms') : outcome;
  };

  const compare = async (account: Account, given: FactorTry, visit: FactorVisit): Promise<Compared> => {
    const { way, typed } = given;
    switch (way) {
      case 'passkey':
        return comparePasskey(account, given, visit);
      case 'totp':
        return compareTotp(account, typed);
      case 'recovery':
        return spendRecoveryCode(account, typed, visit);
      case 'sms':
        return compareSms(account, given);
    }
  };

  return async (account: Account, given: FactorTry, visit: FactorVisit): Promise<FactorCheck> => {
    const subject = `factor:${given.way}:${given.isSignedIn ? 'session' : 'sign-in'}:${account.id}`;
    const reserved = await attempts.reserve(subject);
    if (reserved.outcome === 'wait') return reserved;

    const compared = await compare(account, given, visit);
    if (compared === 'malformed' || compared === 'over') {
      await attempts.giveBack(subject);
      return { outcome: compared };
    }
    if (compared !== 'wrong') {
      await attempts.forget(subject);
      return { outcome: 'right', amr: compared.amr };
    }
    await journal.write({ type: 'factor-wrong', accountId: account.id, ...visit });
    if (reserved.waitUntil === undefined) return { outcome: 'wrong' };
    await warn(account, visit);
    return { outcome: 'wait', until: reserved.waitUntil };
  };
};
