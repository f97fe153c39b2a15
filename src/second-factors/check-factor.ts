// A second factor is counted before it is compared, each kind under a count of its own: one that is closed closes no other.
import type { FactorWay } from './factor.ts';
import { readRecoveryCode } from './recovery-code.ts';
import type { RecoveryCodesStore } from './recovery-codes-store.ts';
import type { FactorVisit, SmsCode } from './sms-code.ts';
import { readTotpCode, stepOfCode } from './totp.ts';
import type { TotpStore } from './totp-store.ts';
import type { Account } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';

export interface FactorTry {
  way: FactorWay;
  typed: string;
  /** What a code by SMS was sent for. */
  flowId: string;
}

export type FactorCheck =
  | { outcome: 'right' }
  /** Not a code, or not one that is good now; one that was used is neither. */
  | { outcome: 'wrong' }
  /** It cannot be a code: nothing was counted. */
  | { outcome: 'malformed' }
  /** Of SMS: this code is of no use any more; a new one is. */
  | { outcome: 'over' }
  | { outcome: 'wait'; until: Date };

export interface CheckNeeds {
  totp: TotpStore;
  recoveryCodes: RecoveryCodesStore;
  smsCode: SmsCode;
  attempts: Attempts;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

type Compared = 'right' | 'wrong' | 'malformed' | 'over';

export const createCheckFactor = (needs: CheckNeeds) => {
  const { totp, recoveryCodes, smsCode, attempts, notices, journal, inTransaction, now } = needs;

  const compareTotp = async ({ id }: Account, typed: string): Promise<Compared> => {
    const code = readTotpCode(typed);
    const factor = await totp.read(id);
    if (code === undefined || factor === undefined) return 'malformed';
    const step = stepOfCode(factor.secret, code, now());
    return step !== undefined && (await totp.spend(id, step)) ? 'right' : 'wrong';
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
    return 'right';
  };

  const compare = async (
    account: Account,
    { way, typed, flowId }: FactorTry,
    visit: FactorVisit,
  ): Promise<Compared> => {
    switch (way) {
      case 'totp':
        return compareTotp(account, typed);
      case 'recovery':
        return spendRecoveryCode(account, typed, visit);
      case 'sms':
        return (await smsCode.spend(account, flowId, typed)).outcome;
    }
  };

  return async (account: Account, given: FactorTry, visit: FactorVisit): Promise<FactorCheck> => {
    const subject = `factor:${given.way}:${account.id}`;
    const reserved = await attempts.reserve(subject);
    if (reserved.outcome === 'wait') return reserved;

    const outcome = await compare(account, given, visit);
    if (outcome === 'malformed' || outcome === 'over') {
      await attempts.giveBack(subject);
      return { outcome };
    }
    if (outcome === 'right') {
      await attempts.forget(subject);
      return { outcome };
    }
    await journal.write({ type: 'factor-wrong', accountId: account.id, ...visit });
    return reserved.waitUntil === undefined ? { outcome } : { outcome: 'wait', until: reserved.waitUntil };
  };
};
