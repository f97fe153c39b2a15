// A new password in place of the old one: from that write on every other session, every Grant in one and every remembered browser is dead, or nothing of it has happened.
import { HashingBusy } from '../hashing/index.ts';
import { personWordsOf, type Account, type Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { PasswordJudgement, PasswordPolicy, Passwords, PasswordVerifier } from '../passwords/index.ts';
import type { SessionEnds } from '../oidc/index.ts';
import type { AccountVisit } from './account-visit.ts';

/** What `sign-in/` does for us; given in rules.ts. */
type ConfirmPassword = (
  account: Account,
  password: string,
  visit: AccountVisit,
) => Promise<
  | { outcome: 'right'; compared: PasswordVerifier }
  | { outcome: 'wrong' }
  | { outcome: 'wait'; until: Date }
  | { outcome: 'busy' }
>;

export interface PasswordChange {
  password: string;
  newPassword: string;
  /** The cookie of a remembered browser: this one stays. */
  deviceCookie: string | undefined;
}

export type PasswordChanged =
  | { outcome: 'changed' }
  | Extract<PasswordJudgement, { outcome: 'refused' }>
  /** The new one is the old one. */
  | { outcome: 'same' }
  | { outcome: 'wrong' }
  | { outcome: 'wait'; until: Date }
  /** Somebody else has changed or voided it meanwhile. */
  | { outcome: 'changed-meanwhile' }
  /** The session has ended meanwhile: nothing was changed. */
  | { outcome: 'signed-out' }
  | { outcome: 'busy' };

interface Needs {
  confirmPassword: ConfirmPassword;
  passwords: Pick<Passwords, 'makeVerifier'>;
  passwordPolicy: Pick<PasswordPolicy, 'judge'>;
  accounts: Pick<Accounts, 'find' | 'replacePassword'>;
  isAlive: (account: Account, session: { since: number; sessionUid: string }) => boolean;
  devices: Pick<Devices, 'forgetAll'>;
  sessionEnds: Pick<SessionEnds, 'endAllSessions'>;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

export const createChangePassword = (needs: Needs) => {
  const { accounts, devices, sessionEnds, notices, journal, passwords, inTransaction, now, checkpoint } = needs;

  const makeVerifier = (password: string): Promise<PasswordVerifier | undefined> =>
    passwords.makeVerifier(password).catch((error: unknown) => {
      if (error instanceof HashingBusy) return undefined;
      throw error;
    });

  return async (
    { account, sessionUid, since }: Person,
    { password, newPassword, deviceCookie }: PasswordChange,
    visit: AccountVisit,
  ): Promise<PasswordChanged> => {
    // What is wrong with the new one is told without a try at the old one being used up.
    const judged = needs.passwordPolicy.judge(newPassword, { person: personWordsOf(account) });
    if (judged.outcome !== 'good') return judged;

    const confirmed = await needs.confirmPassword(account, password, visit);
    if (confirmed.outcome !== 'right') return confirmed;
    if (newPassword.normalize('NFKC') === password.normalize('NFKC')) return { outcome: 'same' };

    const fresh = await makeVerifier(newPassword);
    if (fresh === undefined) return { outcome: 'busy' };
    await checkpoint('password compared');

    const { id: accountId } = account;
    const at = now();
    const outcome = await inTransaction(async (tx) => {
      // Asked again here: a session that somebody else ends in this moment must not be the one that is kept.
      const current = await accounts.find(accountId, tx);
      if (current === undefined || !needs.isAlive(current, { since, sessionUid })) return 'signed-out' as const;
      if (!(await accounts.replacePassword(tx, accountId, confirmed.compared, fresh)))
        return 'changed-meanwhile' as const;
      await sessionEnds.endAllSessions(tx, accountId, sessionUid);
      await devices.forgetAll(tx, accountId, deviceCookie);
      await checkpoint('password replaced');
      await journal.writeIn(tx, { type: 'password-changed', accountId, ...visit });
      await notices.tell(tx, account, 'password-changed', { at, ...visit });
      return 'changed' as const;
    });
    if (outcome === 'changed') needs.delivery.nudge();
    return { outcome };
  };
};

export type ChangePassword = ReturnType<typeof createChangePassword>;
