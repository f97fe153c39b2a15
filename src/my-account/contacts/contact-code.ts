// The message to a new contact: a code for whoever may have it, a word to whoever has it already; both cost the same (ENUM-03).
import type { ContactAnswers } from './answers.ts';
import type { ContactFlow } from './contact-flow.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { CodeMessages } from '../../code-messages/index.ts';
import type { SendRules, Sends, SmsGuard } from '../../codes/index.ts';
import type { Channel } from '../../delivery/index.ts';

export interface ContactCodeNeeds {
  codeMessages: CodeMessages;
  sends: Sends;
  smsGuard: SmsGuard;
  /** Messages to one contact, whoever asks for them: never those that its owner signs in with. */
  perContact: SendRules;
  sendsPerAccount: SendRules;
  now: () => Date;
}

export const channelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'sms' : 'email');

/** What a code is bound to. */
export const bindingOf = ({ id, answers }: ContactFlow) =>
  ({ flowId: id, purpose: 'contact', destination: answers.value }) as const;

const hour = 3600 * 1000;

export const createContactCode = ({
  codeMessages,
  sends,
  smsGuard,
  perContact,
  sendsPerAccount,
  now,
}: ContactCodeNeeds) => {
  /** By the limits that say nothing of the contact: what they hold back is told. */
  const whyWithheld = async (
    { accountId, kind, value }: ContactAnswers,
    network: string,
  ): Promise<ContactAnswers['withheld']> => {
    const byAccount = await sends.reserve(`contacts:sends:${accountId}`, sendsPerAccount);
    if (byAccount.outcome === 'wait') return { why: 'account', until: byAccount.until.getTime() };
    if (kind === 'email' || (await smsGuard.admit(value, network))) return null;
    return { why: 'sms', until: now().getTime() + hour };
  };

  const write = (flow: ContactFlow, isTaken: boolean, locale: string | undefined, visit: AccountVisit) => {
    const message = { ...bindingOf(flow), channel: channelOf(flow.answers.kind), locale };
    const words = isTaken ? { ...message, instead: 'contact-taken' as const } : message;
    return codeMessages.send(words, { accountId: flow.answers.accountId, ...visit });
  };

  return {
    /** Sends where the limits allow it; answers with what is told where they do not. */
    send: async (
      flow: ContactFlow,
      locale: string | undefined,
      visit: AccountVisit,
    ): Promise<ContactAnswers['withheld']> => {
      const { value, isTaken, ownersLocale } = flow.answers;
      const withheld = await whyWithheld(flow.answers, visit.network);
      if (withheld !== null) return withheld;

      // The limit of the contact is shared by everybody who asks for it: that it is reached shows nowhere.
      const byContact = await sends.reserve(`contacts:to:${value}`, perContact);
      if (byContact.outcome === 'reserved') await write(flow, isTaken, ownersLocale ?? locale, visit);
      return null;
    },
    /** Whose contact it has become since; counted by nothing, since a right code stands before it. */
    tellOwner: (flow: ContactFlow, locale: string | undefined, visit: AccountVisit): Promise<void> =>
      write(flow, true, locale, visit),
  };
};

export type ContactCode = ReturnType<typeof createContactCode>;
