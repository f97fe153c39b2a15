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
  now: () => Date;
}

export const channelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'sms' : 'email');
const destinationOf = ({ contact }: Answers): string => contact?.value ?? '';

/** What a code is bound to: this flow, and the round that the contact was given in. */
export const bindingOf = ({ id, answers }: Flow<Answers>) =>
  ({ flowId: `${id}:${answers.round}`, purpose: 'registration', destination: destinationOf(answers) }) as const;

type Leave =
  | { outcome: 'go' }
  /** By the limit of the contact, which is shared by everybody who asks for it: nothing shows. */
  | { outcome: 'hidden' }
  /** By the limits of a network and of SMS, which say nothing of the contact. */
  | { outcome: 'withheld'; why: 'network' | 'sms'; until: Date };

const hour = 3600 * 1000;

export const createRegistrationCode = (needs: CodeNeeds) => {
  const { codeMessages, sends, smsGuard, now } = needs;

  /** Whether a message may go now. The network first: whoever has used up their own share takes nothing from a contact. */
  const askLeave = async ({ contact }: Answers, network: string): Promise<Leave> => {
    if (contact === null) return { outcome: 'hidden' };
    const byNetwork = await sends.reserve(`registration:sends:${network}`, needs.sendsPerNetwork);
    if (byNetwork.outcome === 'wait') return { outcome: 'withheld', why: 'network', until: byNetwork.until };
    if (contact.kind === 'phone' && !(await smsGuard.admit(contact.value, network)))
      return { outcome: 'withheld', why: 'sms', until: new Date(now().getTime() + hour) };
    const byContact = await sends.reserve(`registration:contact:${contact.value}`, needs.perContact);
    return { outcome: byContact.outcome === 'reserved' ? 'go' : 'hidden' };
  };

  const write = (flow: Flow<Answers>, locale: string | undefined, isTaken: boolean, visit: RegistrationVisit) => {
    const channel = channelOf(flow.answers.contact?.kind ?? 'email');
    const message = { ...bindingOf(flow), channel, locale, thread: flow.id };
    const words = isTaken ? { ...message, instead: 'already-registered' as const } : message;
    return codeMessages.send(words, { accountId: undefined, ...visit });
  };

  return {
    /** Sends where the limits allow it; answers with what is told where they do not. */
    send: async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<Answers['withheld']> => {
      const { isTaken, locale, ownersLocale } = flow.answers;
      const leave = await askLeave(flow.answers, visit.network);
      if (leave.outcome === 'go') await write(flow, ownersLocale ?? locale, isTaken, visit);
      return leave.outcome === 'withheld' ? { why: leave.why, until: leave.until.getTime() } : null;
    },
    /** Whose contact it has become since; counted by nothing, since a right code stands before it. */
    tellOwner: (flow: Flow<Answers>, locale: string | undefined, visit: RegistrationVisit): Promise<void> =>
      write(flow, locale, true, visit),
  };
};

export type TellOwner = ReturnType<typeof createRegistrationCode>['tellOwner'];
