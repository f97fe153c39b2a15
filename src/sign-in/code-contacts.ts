// Where a code may go: the person's own confirmed contact, by a channel that there is, no oftener than the limits allow.
import type { Account } from '../accounts/index.ts';
import type { SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';

export interface CodeContact {
  channel: Channel;
  destination: string;
}

export type ReservedContact = ({ outcome: 'reserved' } & CodeContact) | { outcome: 'wait'; until: Date };

interface Needs {
  delivery: Pick<Delivery, 'reaches'>;
  sends: Sends;
  smsGuard: SmsGuard;
  sendRules: SendRules;
  now: () => Date;
}

/** The first that a person has is used. */
export const channels: readonly Channel[] = ['sms', 'email'];
const hourMilliseconds = 3600 * 1000;

export const createCodeContacts = ({ delivery, sends, smsGuard, sendRules, now }: Needs) => {
  const find = ({ phone, email }: Account, channel: Channel): CodeContact | undefined => {
    const contact = channel === 'sms' ? phone : email;
    if (!contact?.confirmedAt || !delivery.reaches(channel, contact.value)) return undefined;
    return { channel, destination: contact.value };
  };

  const first = (account: Account): CodeContact | undefined =>
    channels.map((channel) => find(account, channel)).find((contact) => contact !== undefined);

  /** The first of these channels that a code may go by now; the other is not tried because one must wait. */
  const reserve = async (account: Account, among: readonly Channel[], network: string): Promise<ReservedContact> => {
    for (const channel of among) {
      const contact = find(account, channel);
      if (contact === undefined) continue;
      const reserved = await sends.reserve(contact.destination, sendRules);
      if (reserved.outcome === 'wait') return reserved;
      const isAdmitted = channel === 'email' || (await smsGuard.admit(contact.destination, network));
      if (isAdmitted) return { outcome: 'reserved', ...contact };
    }
    return { outcome: 'wait', until: new Date(now().getTime() + hourMilliseconds) };
  };

  return { find, first, reserve };
};
