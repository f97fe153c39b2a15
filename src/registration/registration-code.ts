// The message of a registration: a code for whoever is new, the way in for whoever has an account; both cost the same (ENUM-03).
import type { Codes, SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Flow } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Answers } from './answers.ts';
import type { RegistrationVisit } from './registration-visit.ts';

type Translate = (key: string, values?: Record<string, string | number>) => string;

export interface CodeNeeds {
  codes: Codes;
  sends: Sends;
  smsGuard: SmsGuard;
  /** Messages to one contact, whoever asks for them: never those that its owner signs in with. */
  perContact: SendRules;
  sendsPerNetwork: SendRules;
  delivery: Delivery;
  journal: Journal;
  inTransaction: InTransaction;
  textsFor: (locale: string | undefined) => Translate;
  issuerHost: string;
  deploymentName: string;
  supportContact: string;
}

export const channelOf = (kind: 'phone' | 'email'): Channel => (kind === 'phone' ? 'sms' : 'email');
const destinationOf = ({ contact }: Answers): string => contact?.value ?? '';

/** What a code is bound to: this flow, and the round that the contact was given in. */
export const bindingOf = ({ id, answers }: Flow<Answers>) =>
  ({ flowId: `${id}:${answers.round}`, purpose: 'registration', destination: destinationOf(answers) }) as const;

export const createRegistrationCode = (needs: CodeNeeds) => {
  const { codes, sends, smsGuard, delivery, journal } = needs;

  /** Whether a message may go now. The network first: whoever has used up their own share takes nothing from a contact. */
  const mayGo = async ({ contact }: Answers, network: string): Promise<boolean> => {
    if (contact === null) return false;
    const byNetwork = await sends.reserve(`registration:sends:${network}`, needs.sendsPerNetwork);
    if (byNetwork.outcome === 'wait') return false;
    if (contact.kind === 'phone' && !(await smsGuard.admit(contact.value, network))) return false;
    return (await sends.reserve(`registration:contact:${contact.value}`, needs.perContact)).outcome === 'reserved';
  };

  const compose = ({ contact, locale, isTaken, ownersLocale }: Answers, code: string) => {
    const t = needs.textsFor(ownersLocale ?? locale);
    const kind = isTaken ? 'already-registered' : 'registration-code';
    const values = {
      code,
      host: needs.issuerHost,
      deployment: needs.deploymentName,
      support: needs.supportContact,
    };
    if (contact?.kind === 'phone') return { subject: null, text: t(`message.${kind}.sms`, values) };
    return { subject: t(`message.${kind}.subject`, values), text: t(`message.${kind}.email`, values) };
  };

  /** Sends where the limits allow it. Where they do not, nothing shows: they are shared by everybody who asks for this contact. */
  return async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<void> => {
    const { answers } = flow;
    if (!(await mayGo(answers, visit.network))) return;

    const code = codes.draw();
    const channel = channelOf(answers.contact?.kind ?? 'email');
    const words = compose(answers, code);
    await needs.inTransaction(async (tx) => {
      const dropAfter = await codes.put(tx, bindingOf(flow), code);
      const shown = answers.isTaken ? null : code;
      const message = { channel, to: destinationOf(answers), purpose: 'registration', code: shown, dropAfter } as const;
      await delivery.write(tx, { ...message, thread: flow.id, ...words });
      await journal.writeIn(tx, { type: 'code-sent', accountId: undefined, ...visit });
    });
    delivery.nudge();
  };
};
