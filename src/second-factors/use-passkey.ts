// A passkey counts while it is there and its counter goes up. One whose counter does not may have been copied: its person hears of it, and it opens nothing.
import type { Passkeys, UsedPasskey } from './passkeys.ts';
import type { FactorVisit } from './sms-code.ts';
import type { Accounts } from '../accounts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Tx } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';

export interface UsePasskeyNeeds {
  passkeys: Pick<Passkeys, 'list' | 'use'>;
  accounts: Pick<Accounts, 'find'>;
  journal: Journal;
  notices: Notices;
}

export const createUsePasskey = ({ passkeys, accounts, journal, notices }: UsePasskeyNeeds) => {
  /** One that was taken away meanwhile says nothing. */
  const noteCopied = async (tx: Tx, { passkey: { id, accountId } }: UsedPasskey, visit: FactorVisit, at: Date) => {
    const isStillThere = (await passkeys.list(accountId, tx)).some((one) => one.id === id);
    const account = await accounts.find(accountId, tx);
    if (!isStillThere || account === undefined) return;
    await journal.writeIn(tx, { type: 'passkey-copied', accountId, ...visit });
    await notices.tell(tx, account, 'passkey-copied', { at, device: visit.device, requestId: visit.requestId });
  };

  /** In the transaction of what it opens; false where it opens nothing. */
  return async (tx: Tx, used: UsedPasskey, visit: FactorVisit, at: Date): Promise<boolean> => {
    if (await passkeys.use(tx, used.passkey.id, used.counter, at)) return true;
    await noteCopied(tx, used, visit, at);
    return false;
  };
};
