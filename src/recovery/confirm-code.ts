// Document and code are judged together, at the end, with one answer (R10); a try is counted before it is compared (R05).
import { needsBoth, bindingOf } from './recovery-messages.ts';
import type { RecoveryLimits } from './recovery-limits.ts';
import type { RecoveryFlow, Steps } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';
import type { Account, Accounts } from '../accounts/index.ts';
import type { Codes, SmsGuard } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';

export type CodeGiven =
  | { outcome: 'right' }
  | { outcome: 'gone' }
  | { outcome: 'wrong'; triesLeft: number }
  /** Too many wrong ones from this network. */
  | { outcome: 'wait'; until: Date }
  | { outcome: 'over' }
  | { outcome: 'malformed' };

export interface ConfirmNeeds {
  codes: Pick<Codes, 'spend'>;
  smsGuard: SmsGuard;
  accounts: Pick<Accounts, 'find'>;
  journal: Journal;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  passwordSeconds: number;
  waitSeconds: number;
  afterWaitSeconds: number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** As they are typed: each in a field of its own, the second only where a second one came. */
export interface TypedCodes {
  code: string;
  otherCode: string;
}

const isSix = (typed: string): boolean => /^[0-9]{6}$/.test(typed.replace(/[\s-]/g, ''));
const isEmpty = (typed: string): boolean => typed.trim() === '';

export const createConfirmCode = (needs: ConfirmNeeds, { read, move }: Steps, limits: RecoveryLimits) => {
  const { journal, notices, inTransaction, now } = needs;

  const facts = ({ answers }: RecoveryFlow, visit: RecoveryVisit) => ({
    ...visit,
    accountId: answers.accountId ?? undefined,
  });

  /** A day in which any contact can say no, where one contact is all that there is to go by. */
  const wait = async (flow: RecoveryFlow, account: Account, visit: RecoveryVisit): Promise<void> => {
    const at = now();
    const readyAt = at.getTime() + needs.waitSeconds * 1000;
    const seconds = needs.waitSeconds + needs.afterWaitSeconds;
    await inTransaction(async (tx) => {
      const changes = { readyAt, provedAt: at.getTime() };
      if ((await move(flow, 'waiting', changes, { tx, seconds })) === undefined) return;
      await journal.writeIn(tx, { type: 'recovery-waiting', ...facts(flow, visit) });
      await notices.tell(tx, account, 'recovery-waiting', { at, ...visit });
    });
    needs.delivery.nudge();
  };

  const goOn = async (flow: RecoveryFlow, visit: RecoveryVisit): Promise<CodeGiven> => {
    const { answers } = flow;
    const account = await needs.accounts.find(answers.accountId ?? '');
    if (account === undefined) return { outcome: 'gone' };
    if (answers.contact.kind === 'phone' && answers.goesTo === 'typed') await needs.smsGuard.noteUsed();

    const isAlone = answers.documentType === 'none' && !needsBoth(answers);
    if (isAlone || (answers.mayBeRecycled && answers.documentType !== 'none')) {
      await wait(flow, account, visit);
      return { outcome: 'right' };
    }
    await inTransaction(async (tx) => {
      const within = { tx, seconds: needs.passwordSeconds };
      if ((await move(flow, 'code-right', { provedAt: now().getTime() }, within)) === undefined) return;
      await journal.writeIn(tx, { type: 'recovery-proved', ...facts(flow, visit) });
    });
    return { outcome: 'right' };
  };

  return async (token: string | undefined, typed: TypedCodes, visit: RecoveryVisit): Promise<CodeGiven> => {
    const flow = await read(token);
    if (flow?.state !== 'code-sent') return { outcome: 'gone' };

    const isAsked = flow.answers.documentType === 'none';
    const otherCode = isAsked ? typed.otherCode : '';
    if (!isSix(typed.code) || !(isEmpty(otherCode) || isSix(otherCode))) return { outcome: 'malformed' };

    const reserved = await limits.reserveTry(flow, visit.network);
    if (reserved.outcome === 'wait') return reserved;

    const check = await needs.codes.spend(bindingOf(flow), typed.code + otherCode);
    // A second contact may count since the code was written: then one code is half of it.
    const isWhole = !needsBoth(flow.answers) || isSix(otherCode);
    const isRight = check.outcome === 'right' && isWhole && flow.answers.isMatch && !reserved.isSpent;
    if (isRight || check.outcome === 'over') await limits.giveTryBack(flow, visit.network, reserved);
    if (isRight) return goOn(flow, visit);
    if (check.outcome === 'over' || check.outcome === 'malformed') return check;

    await journal.write({ type: 'code-wrong', ...facts(flow, visit) });
    const triesLeft = check.outcome === 'wrong' ? check.triesLeft : 0;
    if (triesLeft > 0) return { outcome: 'wrong', triesLeft };
    await move(flow, 'refused');
    return { outcome: 'gone' };
  };
};
