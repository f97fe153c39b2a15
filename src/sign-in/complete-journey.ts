// The code was right: the flow is over for everybody else, and who waited for it is signed in.
import type { SmsGuard } from '../codes/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { UnusedCodes } from '../notices/index.ts';
import type { CodeConfirmation, NewDeviceAnswers } from './code-journey.ts';
import type { Found } from './find-journey.ts';
import { createKeepSignIn, type CodeBrowser, type KeepNeeds } from './keep-sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';

interface Needs extends KeepNeeds {
  flows: FlowOf<NewDeviceAnswers>;
  unusedCodes: UnusedCodes;
  smsGuard: SmsGuard;
}

export const createCompleteJourney = (needs: Needs) => {
  const { flows, unusedCodes, smsGuard } = needs;
  const keepSignIn = createKeepSignIn(needs);

  return async (
    { flow, account }: Found<NewDeviceAnswers>,
    browser: CodeBrowser,
    visit: SignInVisit,
  ): Promise<CodeConfirmation> => {
    if (!(await flows.end(flow))) return { outcome: 'gone' };
    await unusedCodes.forget(account);
    const { at, channel } = flow.answers;
    if (channel === 'sms') await smsGuard.noteUsed();

    const kept = await keepSignIn(account, { at, hasGivenFactor: false }, browser, visit);
    if (kept.outcome === 'gone') return kept;
    const amr = channel === 'sms' ? ['pwd', 'sms'] : ['pwd']; // an e-mail is no factor (ASVS 6.3.6)
    return { outcome: 'signed-in', accountId: account.id, at, amr, deviceCookie: kept.deviceCookie };
  };
};
