// The password of somebody who is signed in, asked once more: a try is counted before it is compared, under the person's own count, so that a taken-over browser can neither guess on nor wear out the sign-in.
import { HashingBusy } from '../hashing/index.ts';
import type { Account } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { PasswordCheck, Passwords, PasswordVerifier } from '../passwords/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

export type PasswordConfirmation =
  /** `compared`: what it was compared with; whoever writes another one does so in its place alone. */
  | { outcome: 'right'; compared: PasswordVerifier }
  | { outcome: 'wrong' }
  | { outcome: 'wait'; until: Date }
  | { outcome: 'busy' };

interface Needs {
  attempts: Attempts;
  passwords: Pick<Passwords, 'verify'>;
  journal: Journal;
}

const subjectOf = ({ id }: Account): string => `password-again:${id}`;

export const createConfirmPassword = ({ attempts, passwords, journal }: Needs) => {
  const compare = async (account: Account, password: string): Promise<PasswordCheck | 'busy'> => {
    try {
      return await passwords.verify(account.passwordVerifier, password);
    } catch (error) {
      if (!(error instanceof HashingBusy)) throw error;
      await attempts.giveBack(subjectOf(account));
      return 'busy';
    }
  };

  return async (account: Account, password: string, visit: SignInVisit): Promise<PasswordConfirmation> => {
    const reserved = await attempts.reserve(subjectOf(account));
    if (reserved.outcome === 'wait') return { outcome: 'wait', until: reserved.until };

    const check = await compare(account, password);
    if (check === 'busy') return { outcome: 'busy' };
    if (check.outcome === 'wrong' || account.passwordVerifier === undefined) {
      await journal.write({ type: 'password-wrong', accountId: account.id, ...visit });
      return reserved.waitUntil === undefined ? { outcome: 'wrong' } : { outcome: 'wait', until: reserved.waitUntil };
    }

    await attempts.forget(subjectOf(account));
    return { outcome: 'right', compared: account.passwordVerifier };
  };
};

export type ConfirmPassword = ReturnType<typeof createConfirmPassword>;
