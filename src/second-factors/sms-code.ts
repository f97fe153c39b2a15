// A code by SMS as a second factor: to the confirmed phone and nowhere else, no oftener than the limits allow.
import type { Account } from '../accounts/index.ts';
import type { CodeMessages, CodeSentFacts } from '../code-messages/index.ts';
import type { CodeCheck, Codes, SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { UnusedCodes } from '../notices/index.ts';

export type SmsSent = { outcome: 'sent' } | { outcome: 'wait'; until: Date };
/** Who asks for a code, as far as the journal may know. */
export type FactorVisit = Omit<CodeSentFacts, 'accountId'>;

/** `flowId`: what the code is good for, and nothing else. `isSignedIn`: by somebody in their own session. */
export interface SmsAsked {
  flowId: string;
  isSignedIn: boolean;
}

export interface SmsCodeNeeds {
  codes: Codes;
  codeMessages: CodeMessages;
  sends: Sends;
  unusedCodes: UnusedCodes;
  sendRules: SendRules;
  smsGuard: SmsGuard;
  delivery: Pick<Delivery, 'reaches' | 'isDown'>;
  now: () => Date;
}

const hourMilliseconds = 3600 * 1000;

export const createSmsCode = (needs: SmsCodeNeeds) => {
  const { codes, codeMessages, sends, unusedCodes, sendRules, smsGuard, delivery, now } = needs;

  /** Where a code would go. */
  const phoneOf = ({ phone }: Pick<Account, 'phone'>): string | undefined =>
    phone?.confirmedAt && delivery.reaches('sms', phone.value) ? phone.value : undefined;

  const bindingOf = (flowId: string, destination: string) =>
    ({ flowId, purpose: 'second-factor', destination }) as const;

  return {
    phoneOf,
    isDown: () => delivery.isDown('sms'),
    resendAt: (phone: string) => sends.waitingUntil(phone, sendRules),
    send: async (account: Account, { flowId, isSignedIn }: SmsAsked, visit: FactorVisit): Promise<SmsSent> => {
      const phone = phoneOf(account);
      if (phone === undefined) return { outcome: 'wait', until: new Date(now().getTime() + hourMilliseconds) };
      const until = isSignedIn ? undefined : await unusedCodes.waitingIn(flowId, account, visit);
      if (until !== undefined) return { outcome: 'wait', until };
      const reserved = await sends.reserve(phone, sendRules);
      if (reserved.outcome === 'wait') return reserved;
      if (!(await smsGuard.admit(phone, visit.network)))
        return { outcome: 'wait', until: new Date(now().getTime() + hourMilliseconds) };

      if (!isSignedIn) await unusedCodes.noteSentIn(flowId, account);
      const message = { ...bindingOf(flowId, phone), channel: 'sms', locale: account.profile.locale } as const;
      await codeMessages.send(message, { accountId: account.id, ...visit });
      return { outcome: 'sent' };
    },
    spend: async (account: Account, flowId: string, typed: string): Promise<CodeCheck> => {
      const phone = phoneOf(account);
      if (phone === undefined) return { outcome: 'over' };
      const check = await codes.spend(bindingOf(flowId, phone), typed);
      if (check.outcome !== 'right') return check;
      await smsGuard.noteUsed();
      await unusedCodes.forget(account);
      return check;
    },
  };
};

export type SmsCode = ReturnType<typeof createSmsCode>;
