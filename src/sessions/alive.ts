// Alive or dead is decided on the account, not by deleting rows: a request in flight may write its session back.
import type { Account } from '../accounts/index.ts';

const wholeSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** A session, or a token that was made in one. */
export interface SignedIn {
  /** When the person signed in, in epoch seconds. */
  since: number;
  sessionUid: string | undefined;
}

export const isAlive = (account: Account, { since, sessionUid }: SignedIn): boolean => {
  if (account.state !== 'active') return false;
  if (sessionUid !== undefined && account.endedSessions.includes(sessionUid)) return false;
  if (sessionUid !== undefined && account.keptSession === sessionUid) return true;
  return since >= wholeSeconds(account.sessionsValidFrom);
};

/** The time to stamp on a sign-in, in epoch seconds: never before the account's sessions begin to count. */
export const signInTime = (account: Account, now: Date): number =>
  Math.max(wholeSeconds(now), wholeSeconds(account.sessionsValidFrom));
