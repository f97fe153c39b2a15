// The code goes to the confirmed phone by SMS and nowhere else: who reads somebody's mail must not get a PIN.
import type { Journey, Person, SettingFlow } from './journey.ts';
import type { PinVisit } from './pin-visit.ts';
import type { Account } from '../../accounts/index.ts';
import type { Attempts } from '../../attempts/index.ts';
import type { CodeMessages } from '../../code-messages/index.ts';
import type { Codes, SendRules, Sends, SmsGuard } from '../../codes/index.ts';
import type { Journal } from '../../journal/index.ts';

export type SmsReservation = { outcome: 'reserved' } | { outcome: 'wait'; until: Date };
export type Resent = { outcome: 'sent' } | { outcome: 'gone' } | { outcome: 'wait'; until: Date };

export type CodeGiven =
  | { outcome: 'right' }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'malformed' }
  /** This code is of no use any more; a new one is. */
  | { outcome: 'over' }
  /** At another step meanwhile: its page says what is next. */
  | { outcome: 'gone' };

export interface PhoneCodeNeeds {
  codes: Codes;
  codeMessages: CodeMessages;
  /** Wrong codes of one account, over all its codes. */
  codeAttempts: Attempts;
  sends: Sends;
  smsGuard: SmsGuard;
  sendRules: SendRules;
  journal: Journal;
  now: () => Date;
}

const hourMilliseconds = 3600 * 1000;
const subjectOf = ({ id }: Account): string => `codes:${id}`;

export const createPhoneCode = (needs: PhoneCodeNeeds, { at, change }: Journey) => {
  const { codes, codeMessages, codeAttempts, sends, smsGuard, sendRules, journal, now } = needs;

  /** Counts one SMS, or says until when none goes. */
  const reserve = async (phone: string, network: string): Promise<SmsReservation> => {
    const reserved = await sends.reserve(phone, sendRules);
    if (reserved.outcome === 'wait' || (await smsGuard.admit(phone, network))) return reserved;
    return { outcome: 'wait', until: new Date(now().getTime() + hourMilliseconds) };
  };

  const send = async ({ account }: Person, { id, answers }: SettingFlow, visit: PinVisit): Promise<void> => {
    const to = { channel: 'sms', destination: answers.destination } as const;
    const message = { ...to, flowId: id, purpose: 'pin', locale: account.profile.locale } as const;
    await codeMessages.send(message, { accountId: account.id, ...visit });
  };

  const close = async (flow: SettingFlow, until: Date): Promise<CodeGiven> => {
    await change(flow, 'closed', { closedUntil: until.getTime() });
    return { outcome: 'gone' };
  };

  const resend = async (token: string | undefined, person: Person, visit: PinVisit): Promise<Resent> => {
    const flow = await at(token, person, 'code');
    if (flow === undefined) return { outcome: 'gone' };
    const reserved = await reserve(flow.answers.destination, visit.network);
    if (reserved.outcome === 'wait') return reserved;

    const counted = await change(flow, 'code', { sends: flow.answers.sends + 1 });
    if (counted === undefined) return { outcome: 'gone' };
    await send(person, counted, visit);
    return { outcome: 'sent' };
  };

  const confirm = async (
    token: string | undefined,
    person: Person,
    typed: string,
    visit: PinVisit,
  ): Promise<CodeGiven> => {
    const flow = await at(token, person, 'code');
    if (flow === undefined) return { outcome: 'gone' };
    const subject = subjectOf(person.account);
    const reserved = await codeAttempts.reserve(subject);
    if (reserved.outcome === 'wait') return close(flow, reserved.until);

    const { destination } = flow.answers;
    const check = await codes.spend({ flowId: flow.id, purpose: 'pin', destination }, typed);
    if (check.outcome !== 'wrong') await codeAttempts.giveBack(subject);
    if (check.outcome === 'right') {
      await smsGuard.noteUsed();
      const moved = await change(flow, 'choose', { code: typed.replace(/\D/g, '') });
      return { outcome: moved === undefined ? 'gone' : 'right' };
    }
    if (check.outcome !== 'wrong') return check;

    await journal.write({ type: 'code-wrong', accountId: person.account.id, ...visit });
    if (reserved.waitUntil !== undefined) return close(flow, reserved.waitUntil);
    if (check.triesLeft > 0) return check;
    await change(flow, 'used-up');
    return { outcome: 'gone' };
  };

  return {
    reserve,
    send,
    resend,
    confirm,
    /** Until when no code of this person is taken. */
    closedUntil: (account: Account) => codeAttempts.waitingUntil(subjectOf(account)),
    /** When a new code may go, unless it may go now. */
    resendAt: (phone: string) => sends.waitingUntil(phone, sendRules),
  };
};

export type PhoneCode = ReturnType<typeof createPhoneCode>;
