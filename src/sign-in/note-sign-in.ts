// A sign-in is remembered; one in a new browser is told, one in a known browser to whoever wants to hear of every one.
import type { Account } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
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

const isTold = ({ signInNotices }: Account, isKnownBrowser: boolean): boolean =>
  !isKnownBrowser || signInNotices === 'every';

/** In the transaction that lets the person in. */
export const createNoteIn =
  ({ journal, notices }: Pick<Needs, 'journal' | 'notices'>) =>
  async (
    tx: Tx,
    account: Account,
    { isKnownBrowser, at }: { isKnownBrowser: boolean; at: Date },
    visit: SignInVisit,
  ): Promise<void> => {
    const event = { type: 'sign-in', accountId: account.id, ...visit } as const;
    await journal.writeIn(tx, isKnownBrowser ? event : { ...event, isNewDevice: true });
    if (!isTold(account, isKnownBrowser)) return;
    const { device, requestId } = visit;
    await notices.tell(tx, account, isKnownBrowser ? 'sign-in' : 'new-sign-in', { at, device, requestId });
  };

/** Of a browser that was remembered. */
export const createNoteSignIn = (needs: Needs): NoteSignIn => {
  const noteIn = createNoteIn(needs);
  return async (account, visit) => {
    if (!isTold(account, true)) return needs.journal.write({ type: 'sign-in', accountId: account.id, ...visit });

    const noted = { isKnownBrowser: true, at: needs.now() };
    await needs.inTransaction((tx) => noteIn(tx, account, noted, visit));
    needs.delivery.nudge();
  };
};
