// A sign-in in a known browser is remembered, and told to whoever wants to hear of every one.
import type { Account } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

interface Needs {
  journal: Journal;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

export type NoteSignIn = (account: Account, visit: SignInVisit) => Promise<void>;

export const createNoteSignIn =
  ({ journal, notices, delivery, inTransaction, now }: Needs): NoteSignIn =>
  async (account, visit) => {
    const event = { type: 'sign-in', accountId: account.id, ...visit } as const;
    if (account.signInNotices !== 'every') return journal.write(event);

    const at = now();
    const { device, requestId } = visit;
    await inTransaction(async (tx) => {
      await journal.writeIn(tx, event);
      await notices.tell(tx, account, 'sign-in', { at, device, requestId });
    });
    delivery.nudge();
  };
