// The code was right: who waited for it is signed in, told of it and, if asked for, remembered; all of it, or nothing where the sign-in counts no more.
import type { Accounts } from '../accounts/index.ts';
import type { SmsGuard } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { CodeConfirmation, NewDeviceAnswers } from './code-journey.ts';
import type { Found } from './find-journey.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { UnusedCodes } from './unused-codes.ts';

interface Needs {
  accounts: Accounts;
  devices: Devices;
  flows: FlowOf<NewDeviceAnswers>;
  unusedCodes: UnusedCodes;
  smsGuard: SmsGuard;
  delivery: Delivery;
  notices: Notices;
  journal: Journal;
  inTransaction: InTransaction;
  now: () => Date;
}

/** The browser that the code was typed in. */
export interface CodeBrowser {
  remember: boolean;
  deviceCookie: string | undefined;
}

export const createCompleteJourney =
  ({ accounts, devices, flows, unusedCodes, smsGuard, delivery, notices, journal, inTransaction, now }: Needs) =>
  async (
    { flow, account }: Found,
    { remember, deviceCookie }: CodeBrowser,
    visit: SignInVisit,
  ): Promise<CodeConfirmation> => {
    if (!(await flows.end(flow))) return { outcome: 'gone' };
    await unusedCodes.forget(account);
    const { at, channel } = flow.answers;
    if (channel === 'sms') await smsGuard.noteUsed();

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
    const amr = channel === 'sms' ? ['pwd', 'sms'] : ['pwd']; // an e-mail is no factor (ASVS 6.3.6)
    return { outcome: 'signed-in', accountId, at, amr, deviceCookie: drawn };
  };
