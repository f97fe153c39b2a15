// Who has given all that was asked is signed in, told of it and, if asked for, remembered; all of it, or nothing where the sign-in counts no more.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

/** The browser that the code was typed in. */
export interface CodeBrowser {
  remember: boolean;
  deviceCookie: string | undefined;
}

export type Kept = { outcome: 'kept'; deviceCookie: string | undefined } | { outcome: 'gone' };

export interface KeepNeeds {
  accounts: Accounts;
  devices: Devices;
  delivery: Delivery;
  notices: Notices;
  journal: Journal;
  inTransaction: InTransaction;
  now: () => Date;
}

export const createKeepSignIn =
  ({ accounts, devices, delivery, notices, journal, inTransaction, now }: KeepNeeds) =>
  /** `at`: when the password was right, in epoch seconds. */
  async (account: Account, at: number, { remember, deviceCookie }: CodeBrowser, visit: SignInVisit): Promise<Kept> => {
    const { id: accountId } = account;
    const facts = { at: now(), device: visit.device, requestId: visit.requestId };
    const drawn = remember ? devices.draw(deviceCookie) : undefined;
    const isKept = await inTransaction(async (tx) => {
      // All sign-ins may have been ended since the flow was read: no browser may be remembered after all were forgotten.
      if (!(await accounts.keepSignIn(tx, accountId, at))) return false;
      if (drawn !== undefined) await devices.remember(tx, accountId, visit.device, drawn);
      await journal.writeIn(tx, { type: 'sign-in', accountId, isNewDevice: true, ...visit });
      await notices.tell(tx, account, 'new-sign-in', facts);
      return true;
    });
    if (!isKept) return { outcome: 'gone' };

    delivery.nudge();
    return { outcome: 'kept', deviceCookie: drawn };
  };
