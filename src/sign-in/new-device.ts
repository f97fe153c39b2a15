// A right password from a browser we do not know is not enough: a code goes to the person's own contact first.
import { maskEmail, maskPhone, type Account, type Accounts } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { CodeMessages } from '../code-messages/index.ts';
import type { Codes, SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices, UnusedCodes } from '../notices/index.ts';
import type { SecondFactors } from '../second-factors/index.ts';
import { channels, createCodeContacts, type CodeContact, type ReservedContact } from './code-contacts.ts';
import { createCompleteJourney } from './complete-journey.ts';
import { createFindJourney, type Found } from './find-journey.ts';
import {
  stepSchema,
  type Begun,
  type CodeConfirmation,
  type CodePage,
  type NewDeviceAnswers,
  type Resent,
} from './code-journey.ts';
import type { CodeBrowser } from './keep-sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';

interface Needs {
  isOn: boolean;
  accounts: Accounts;
  devices: Devices;
  flows: FlowOf<NewDeviceAnswers>;
  codes: Codes;
  codeMessages: CodeMessages;
  /** Wrong codes of one account, over all its codes. */
  codeAttempts: Attempts;
  sends: Sends;
  smsGuard: SmsGuard;
  sendRules: SendRules;
  unusedCodes: UnusedCodes;
  secondFactors: Pick<SecondFactors, 'ofAccount'>;
  delivery: Delivery;
  notices: Notices;
  journal: Journal;
  inTransaction: InTransaction;
  supportContact: string;
  now: () => Date;
}

const subjectOf = ({ id }: Account): string => `codes:${id}`;

export const createNewDevice = (needs: Needs) => {
  const { flows, codes, codeAttempts, unusedCodes, delivery } = needs;
  const contacts = createCodeContacts(needs);
  const complete = createCompleteJourney(needs);

  const sendCode = ({ id, profile }: Account, contact: CodeContact, flowId: string, visit: SignInVisit) => {
    const message = { ...contact, flowId, purpose: 'sign-in' as const, locale: profile.locale };
    return needs.codeMessages.send(message, { accountId: id, ...visit });
  };

  /** Of a browser that is not remembered. */
  const isNeeded = (account: Account): boolean => needs.isOn && contacts.first(account) !== undefined;

  const begin = async (account: Account, at: number, interactionUid: string, visit: SignInVisit): Promise<Begun> => {
    const first = contacts.first(account);
    if (first === undefined) throw new Error('no contact that a code could go to');
    const answers = { accountId: account.id, at, interactionUid };
    const noteWithheld = () => needs.journal.write({ type: 'code-withheld', accountId: account.id, ...visit });

    const until = await codeAttempts.waitingUntil(subjectOf(account));
    if (until !== undefined) {
      await noteWithheld();
      const closed = { ...answers, ...first, sends: 0, closedUntil: until.getTime() };
      return { outcome: 'code-sent', flowToken: (await flows.begin('closed', closed)).token };
    }

    const unusedUntil = await unusedCodes.waitingUntil(account, visit);
    const reserved: ReservedContact =
      unusedUntil === undefined
        ? await contacts.reserve(account, channels, visit.network)
        : { outcome: 'wait', until: unusedUntil };
    if (reserved.outcome === 'wait') {
      await noteWithheld();
      return reserved;
    }

    const { channel, destination } = reserved;
    const sent = { ...answers, channel, destination, sends: 1, closedUntil: 0 };
    const { token, flow } = await flows.begin('sent', sent);
    await unusedCodes.noteSent(account);
    await sendCode(account, sent, flow.id, visit);
    return { outcome: 'code-sent', flowToken: token };
  };

  const find = createFindJourney(needs);

  const open = async (token: string | undefined, interactionUid: string): Promise<CodePage | undefined> => {
    const found = await find(token, interactionUid);
    if (found === undefined) return undefined;

    const { channel, destination, sends, closedUntil: until } = found.flow.answers;
    const other = channel === 'sms' ? 'email' : 'sms';
    const isDown = await delivery.isDown(channel);
    return {
      step: stepSchema.parse(found.flow.step),
      channel,
      destination: channel === 'sms' ? maskPhone(destination) : maskEmail(destination),
      isAnother: sends > 1,
      closedUntil: new Date(until),
      resendAt: await needs.sends.waitingUntil(destination, needs.sendRules),
      isDown,
      // Only then: who reads somebody's mail must not be able to choose it.
      otherChannel: isDown ? contacts.find(found.account, other)?.channel : undefined,
      supportContact: needs.supportContact,
    };
  };

  /** The person asked for more time on the page of this flow. */
  const extend = async (token: string | undefined, interactionUid: string): Promise<void> => {
    const found = await find(token, interactionUid);
    if (found !== undefined) await flows.extend(found.flow);
  };

  /** Sends a new code, to the other contact if asked; the one before is void. */
  const resend = async (
    token: string | undefined,
    interactionUid: string,
    channel: Channel | undefined,
    visit: SignInVisit,
  ): Promise<Resent> => {
    const found = await find(token, interactionUid);
    if (found?.flow.step !== 'sent') return { outcome: 'gone' };

    const { flow, account } = found;
    const reserved = await contacts.reserve(account, [channel ?? flow.answers.channel], visit.network);
    if (reserved.outcome === 'wait') return reserved;

    const contact = { channel: reserved.channel, destination: reserved.destination };
    const answers = { ...flow.answers, ...contact, sends: flow.answers.sends + 1 };
    if (!(await flows.advance(flow, 'sent', answers))) return { outcome: 'gone' };
    await sendCode(account, contact, flow.id, visit);
    return { outcome: 'sent' };
  };

  const close = async ({ flow }: Found<NewDeviceAnswers>, until: Date): Promise<CodeConfirmation> => {
    await flows.advance(flow, 'closed', { ...flow.answers, closedUntil: until.getTime() });
    return { outcome: 'gone' };
  };

  const confirm = async (
    token: string | undefined,
    interactionUid: string,
    { code, ...browser }: CodeBrowser & { code: string },
    visit: SignInVisit,
  ): Promise<CodeConfirmation> => {
    const found = await find(token, interactionUid);
    if (found?.flow.step !== 'sent') return { outcome: 'gone' };

    const { flow, account } = found;
    const reserved = await codeAttempts.reserve(subjectOf(account));
    if (reserved.outcome === 'wait') return close(found, reserved.until);

    const { destination } = flow.answers;
    const check = await codes.spend({ flowId: flow.id, purpose: 'sign-in', destination }, code);
    if (check.outcome !== 'wrong') await codeAttempts.giveBack(subjectOf(account));
    if (check.outcome === 'right') return complete(found, browser, visit);
    if (check.outcome !== 'wrong') return check;

    await needs.journal.write({ type: 'code-wrong', accountId: account.id, ...visit });
    if (reserved.waitUntil !== undefined) return close(found, reserved.waitUntil);
    if (check.triesLeft > 0) return check;
    await flows.advance(flow, 'used-up', flow.answers);
    return { outcome: 'gone' };
  };

  return { isNeeded, begin, open, extend, resend, confirm };
};

export type NewDeviceRules = ReturnType<typeof createNewDevice>;
