// Codes that come with sign-ins nobody finishes: three an hour, then no more, and the person is told (SMS-04).
import type { Account } from '../accounts/index.ts';
import type { SendRules, Sends } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

interface Needs {
  sends: Sends;
  unusedCodes: SendRules;
  notices: Notices;
  delivery: Delivery;
  inTransaction: InTransaction;
  now: () => Date;
}

const once: SendRules = [{ seconds: 3600, count: 1 }];

export const createUnusedCodes = ({ sends, unusedCodes, notices, delivery, inTransaction, now }: Needs) => {
  const subjectOf = ({ id }: Account): string => `unused:${id}`;

  const warn = async (account: Account, { device, requestId }: SignInVisit): Promise<void> => {
    const isFirst = (await sends.reserve(`unused-told:${account.id}`, once)).outcome === 'reserved';
    if (!isFirst) return;
    const facts = { at: now(), device, requestId };
    await inTransaction((tx) => notices.tell(tx, account, 'unused-codes', facts));
    delivery.nudge();
  };

  /** Until when no code goes to this person. */
  const waitingUntil = async (account: Account, visit: SignInVisit): Promise<Date | undefined> => {
    const until = await sends.waitingUntil(subjectOf(account), unusedCodes);
    if (until !== undefined) await warn(account, visit);
    return until;
  };

  return {
    waitingUntil,
    noteSent: (account: Account) => sends.reserve(subjectOf(account), unusedCodes),
    forget: (account: Account) => sends.forget(subjectOf(account)),
  };
};

export type UnusedCodes = ReturnType<typeof createUnusedCodes>;
