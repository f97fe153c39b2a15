// The message of a registration: a code for whoever is new, the way in for whoever has an account; both cost the same (ENUM-03).
import type { CodeMessages } from '../code-messages/index.ts';
import type { SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Channel } from '../delivery/index.ts';
import type { Flow } from '../flows/index.ts';
import type { Answers } from './answers.ts';
import type { RegistrationVisit } from './registration-visit.ts';

export interface CodeNeeds {
  codeMessages: CodeMessages;
  sends: Sends;
  smsGuard: SmsGuard;
  /** Messages to one contact, whoever asks for them: never those that its owner signs in with. */
  perContact: SendRules;
  sendsPerNetwork: SendRules;
}

export const channelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'sms' : 'email');
const destinationOf = ({ contact }: Answers): string => contact?.value ?? '';

/** What a code is bound to: this flow, and the round that the contact was given in. */
export const bindingOf = ({ id, answers }: Flow<Answers>) =>
  ({ flowId: `${id}:${answers.round}`, purpose: 'registration', destination: destinationOf(answers) }) as const;

export const createRegistrationCode = ({ codeMessages, sends, smsGuard, perContact, sendsPerNetwork }: CodeNeeds) => {
  /** Whether a message may go now. The network first: whoever has used up their own share takes nothing from a contact. */
  const mayGo = async ({ contact }: Answers, network: string): Promise<boolean> => {
    if (contact === null) return false;
    const byNetwork = await sends.reserve(`registration:sends:${network}`, sendsPerNetwork);
    if (byNetwork.outcome === 'wait') return false;
    if (contact.kind === 'phone' && !(await smsGuard.admit(contact.value, network))) return false;
    return (await sends.reserve(`registration:contact:${contact.value}`, perContact)).outcome === 'reserved';
  };

  const write = (flow: Flow<Answers>, locale: string | undefined, isTaken: boolean, visit: RegistrationVisit) => {
    const channel = channelOf(flow.answers.contact?.kind ?? 'email');
    const message = { ...bindingOf(flow), channel, locale, thread: flow.id };
    const words = isTaken ? { ...message, instead: 'already-registered' as const } : message;
    return codeMessages.send(words, { accountId: undefined, ...visit });
  };

  return {
    /** Sends where the limits allow it. Where they do not, nothing shows: they are shared by everybody who asks for this contact. */
    send: async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<void> => {
      const { isTaken, locale, ownersLocale } = flow.answers;
      if (await mayGo(flow.answers, visit.network)) await write(flow, ownersLocale ?? locale, isTaken, visit);
    },
    /** Whose contact it has become since; counted by nothing, since a right code stands before it. */
    tellOwner: (flow: Flow<Answers>, locale: string | undefined, visit: RegistrationVisit): Promise<void> =>
      write(flow, locale, true, visit),
  };
};

export type TellOwner = ReturnType<typeof createRegistrationCode>['tellOwner'];
