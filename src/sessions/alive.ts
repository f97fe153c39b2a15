// Alive or dead is decided on the account, not by deleting rows: a request in flight may write its session back.
import type { Account } from '../accounts/index.ts';

const wholeSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** `since`: when the person signed in, in epoch seconds, of the session or of the token. */
export const isAlive = (account: Account, since: number): boolean =>
  account.state === 'active' && since >= wholeSeconds(account.sessionsValidFrom);

/** The time to stamp on a sign-in, in epoch seconds: never before the account's sessions begin to count. */
export const signInTime = (account: Account, now: Date): number =>
  Math.max(wholeSeconds(now), wholeSeconds(account.sessionsValidFrom));
