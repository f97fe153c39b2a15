// Who has given all that was asked is signed in, told of it and, if asked for, remembered; all of it, or nothing where the sign-in counts no more.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import { hasSecondFactor, type SecondFactors } from '../second-factors/index.ts';
import { createNoteIn } from './note-sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';

/** The browser that the code was typed in. */
export interface CodeBrowser {
  remember: boolean;
  deviceCookie: string | undefined;
}

/** `at`: when the password was right, in epoch seconds. */
interface Given {
  at: number;
  hasGivenFactor: boolean;
}

export type Kept = { outcome: 'kept'; deviceCookie: string | undefined } | { outcome: 'gone' };

export interface KeepNeeds {
  accounts: Accounts;
  devices: Devices;
  secondFactors: Pick<SecondFactors, 'ofAccount'>;
  delivery: Delivery;
  notices: Notices;
  journal: Journal;
  inTransaction: InTransaction;
  now: () => Date;
}

export const createKeepSignIn = (needs: KeepNeeds) => {
  const { accounts, devices, secondFactors, delivery, inTransaction, now } = needs;
  const noteIn = createNoteIn(needs);

  return async (
    account: Account,
    { at, hasGivenFactor }: Given,
    { remember, deviceCookie }: CodeBrowser,
    visit: SignInVisit,
  ): Promise<Kept> => {
    const { id: accountId } = account;
    const noted = { isKnownBrowser: await devices.isKnown(accountId, deviceCookie), at: now() };
    const drawn = remember ? devices.draw(deviceCookie) : undefined;
    const isKept = await inTransaction(async (tx) => {
      // All sign-ins may have been ended since the flow was read: no browser may be remembered after all were forgotten.
      if (!(await accounts.keepSignIn(tx, accountId, at))) return false;
      // Read after that write: whoever adds a factor at the same moment comes wholly before it, and is seen, or forgets this browser.
      if (!hasGivenFactor && hasSecondFactor(await secondFactors.ofAccount(account, tx))) return false;
      if (drawn !== undefined) await devices.remember(tx, accountId, visit.device, drawn);
      await noteIn(tx, account, noted, visit);
      return true;
    });
    if (!isKept) return { outcome: 'gone' };

    delivery.nudge();
    return { outcome: 'kept', deviceCookie: drawn };
  };
};
