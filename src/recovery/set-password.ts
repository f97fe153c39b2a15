// The new password, once: from that write on it works, and everything that the old one had opened is dead; or nothing of it has happened (R06, R13).
import { HashingBusy } from '../hashing/index.ts';
import { personWordsOf, type Account, type Accounts } from '../accounts/index.ts';
import type { RecoveryFlow, Steps } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { SessionEnds } from '../oidc/index.ts';
import type { PasswordJudgement, PasswordPolicy, Passwords, PasswordVerifier } from '../passwords/index.ts';

export type PasswordGiven =
  | { outcome: 'set' }
  /** Somebody else was faster, or a contact has said no: the page of what is now tells it. */
  | { outcome: 'gone' }
  | { outcome: 'busy' }
  | Extract<PasswordJudgement, { outcome: 'refused' }>;

export interface PasswordNeeds {
  accounts: Pick<Accounts, 'findRecoverable' | 'recoverPassword' | 'holdHighRisk'>;
  passwords: Pick<Passwords, 'makeVerifier'>;
  passwordPolicy: Pick<PasswordPolicy, 'judge'>;
  devices: Pick<Devices, 'forgetAll'>;
  sessionEnds: Pick<SessionEnds, 'endAllSessions'>;
  /** What `sign-in/` does for us: wrong passwords that were tried before say nothing of the new one. */
  forgetTries: (account: Account) => Promise<void>;
  journal: Journal;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  holdSeconds: number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** Ends the transaction: all of it or nothing. */
class Stopped extends Error {}

export const createSetPassword = (needs: PasswordNeeds, { read, placeOf, move }: Steps) => {
  const { accounts, inTransaction, now, checkpoint } = needs;

  const makeVerifier = (password: string): Promise<PasswordVerifier | undefined> =>
    needs.passwords.makeVerifier(password).catch((error: unknown) => {
      if (error instanceof HashingBusy) return undefined;
      throw error;
    });

  const write = async (
    tx: Tx,
    flow: RecoveryFlow,
    { account, fresh, at }: { account: Account; fresh: PasswordVerifier; at: Date },
    visit: RecoveryVisit,
  ): Promise<void> => {
    const { id: accountId } = account;
    if ((await move(flow, 'password-set', {}, { tx })) === undefined) throw new Stopped('somebody was faster');
    const isRecovered = await accounts.recoverPassword(tx, accountId, { epoch: flow.answers.epoch, fresh });
    if (!isRecovered) throw new Stopped('ended by whoever may');
    await checkpoint('recovery: password written');
    await needs.sessionEnds.endAllSessions(tx, accountId);
    await needs.devices.forgetAll(tx, accountId);
    await accounts.holdHighRisk(tx, accountId, new Date(at.getTime() + needs.holdSeconds * 1000));
    await needs.journal.writeIn(tx, { type: 'password-recovered', accountId, ...visit });
    await needs.notices.tell(tx, account, 'password-recovered', { at, ...visit });
  };

  return async (token: string | undefined, password: string, visit: RecoveryVisit): Promise<PasswordGiven> => {
    const flow = await read(token);
    if (flow === undefined || placeOf(flow) !== 'password') return { outcome: 'gone' };
    const account = await accounts.findRecoverable(flow.answers.contact);
    if (account === undefined || account.id !== flow.answers.accountId) return { outcome: 'gone' };

    const judged = needs.passwordPolicy.judge(password, { person: personWordsOf(account) });
    if (judged.outcome !== 'good') return judged;
    const fresh = await makeVerifier(password);
    if (fresh === undefined) return { outcome: 'busy' };
    await checkpoint('recovery: password hashed');

    const at = now();
    try {
      await inTransaction((tx) => write(tx, flow, { account, fresh, at }, visit));
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      return { outcome: 'gone' };
    }
    await checkpoint('recovery: password set');
    await needs.forgetTries(account);
    needs.delivery.nudge();
    return { outcome: 'set' };
  };
};
