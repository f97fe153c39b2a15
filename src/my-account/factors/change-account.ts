// What a person changes about second factors and passkeys: written, remembered and told in one, while the session that asks still counts.
import type { Account, Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { AccountVisit } from '../account-visit.ts';

/** `since`: when they signed in, in epoch seconds. */
export interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

export interface ChangeAccountNeeds {
  accounts: Pick<Accounts, 'find' | 'holdStill'>;
  isAlive: (account: Account, session: { since: number; sessionUid: string }) => boolean;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

type Event = 'factor-added' | 'factor-removed' | 'recovery-codes-made' | 'passkey-added' | 'passkey-removed';

/** Writes the change itself. What is not `isDone` is told to nobody. */
export type Write<Outcome> = (tx: Tx, account: Account, at: Date) => Promise<{ outcome: Outcome; isDone: boolean }>;

export const createChangeAccount =
  ({ accounts, isAlive, notices, journal, delivery, inTransaction, now }: ChangeAccountNeeds) =>
  async <Outcome extends string>(
    { account: { id: accountId }, ...session }: Person,
    event: Event,
    visit: AccountVisit,
    write: Write<Outcome>,
  ): Promise<Outcome | 'signed-out'> => {
    const at = now();
    const outcome = await inTransaction(async (tx) => {
      // Written first: whoever ends this session or changes a factor at the same moment waits for us, or we see what they have done.
      await accounts.holdStill(tx, accountId);
      const account = await accounts.find(accountId, tx);
      if (account === undefined || !isAlive(account, session)) return 'signed-out' as const;
      const written = await write(tx, account, at);
      if (!written.isDone) return written.outcome;
      await journal.writeIn(tx, { type: event, accountId, ...visit });
      await notices.tell(tx, account, event, { at, ...visit });
      return written.outcome;
    });
    delivery.nudge();
    return outcome;
  };
