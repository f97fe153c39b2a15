// Codes that come with sign-ins nobody finishes: three an hour, then no more, and the person is told (SMS-04).
import type { Account } from '../accounts/index.ts';
import type { SendRules, Sends } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { NoticeFacts, Notices } from './notices.ts';

/** Who asks for the code. */
export type CodeVisit = Required<Pick<NoticeFacts, 'device' | 'requestId'>>;

interface Needs {
  sends: Sends;
  limits: SendRules;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

const once: SendRules = [{ seconds: 3600, count: 1 }];

export const createUnusedCodes = ({ sends, limits, notices, delivery, inTransaction, now }: Needs) => {
  const subjectOf = ({ id }: Account): string => `unused:${id}`;

  const inJourney = (journey: string): string => `unused-in:${journey}`;

  const warn = async (account: Account, { device, requestId }: CodeVisit): Promise<void> => {
    const isFirst = (await sends.reserve(`unused-told:${account.id}`, once)).outcome === 'reserved';
    if (!isFirst) return;
    const facts = { at: now(), device, requestId };
    await inTransaction((tx) => notices.tell(tx, account, 'unused-codes', facts));
    delivery.nudge();
  };

  /** Until when no code goes to this person. */
  const waitingUntil = async (account: Account, visit: CodeVisit): Promise<Date | undefined> => {
    const until = await sends.waitingUntil(subjectOf(account), limits);
    if (until !== undefined) await warn(account, visit);
    return until;
  };

  const noteSent = (account: Account) => sends.reserve(subjectOf(account), limits);

  return {
    waitingUntil,
    noteSent,
    /** The same for a code that the person asks for: however many go in one journey, they count as one. */
    waitingIn: async (journey: string, account: Account, visit: CodeVisit): Promise<Date | undefined> =>
      (await sends.waitingUntil(inJourney(journey), once)) === undefined ? waitingUntil(account, visit) : undefined,
    noteSentIn: async (journey: string, account: Account): Promise<void> => {
      if ((await sends.reserve(inJourney(journey), once)).outcome === 'reserved') await noteSent(account);
    },
    forget: (account: Account) => sends.forget(subjectOf(account)),
  };
};

export type UnusedCodes = ReturnType<typeof createUnusedCodes>;
