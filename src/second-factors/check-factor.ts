// A second factor is counted before it is compared, each kind under a count of its own: one that is closed closes no other. A sign-in has another count than a session, which nobody who only knows the password can use up.
import type { FactorWay } from './factor.ts';
import { readRecoveryCode } from './recovery-code.ts';
import type { RecoveryCodesStore } from './recovery-codes-store.ts';
import type { FactorVisit, SmsCode } from './sms-code.ts';
import { readTotpCode, stepOfCode } from './totp.ts';
import type { TotpStore } from './totp-store.ts';
import type { Account } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { SendRules, Sends } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';

export interface FactorTry {
  way: FactorWay;
  typed: string;
  /** What a code by SMS was sent for. */
  flowId: string;
  /** In a session of the person, in place of a sign-in. */
  isSignedIn: boolean;
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
  sends: Sends;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

const once: SendRules = [{ seconds: 24 * 3600, count: 1 }];

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
    const subject = `factor:${given.way}:${given.isSignedIn ? 'session' : 'sign-in'}:${account.id}`;
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
    if (reserved.waitUntil === undefined) return { outcome };
    await warn(account, visit);
    return { outcome: 'wait', until: reserved.waitUntil };
  };
};
