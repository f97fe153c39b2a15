// What the sandbox would have sent, as its page and its JSON show it.
import type { Delivery } from '../delivery/index.ts';

/** `code`: the digits of a one-time code, where the message carries one. */
export interface OutboxMessage {
  at: string;
  channel: 'sms' | 'email';
  to: string;
  purpose: 'sign-in' | 'second-factor' | 'registration' | 'recovery' | 'pin' | 'contact' | 'operation' | 'notice';
  subject: string | null;
  text: string;
  code: string | null;
}

const mostShown = 200;

/** Newest first. */
export const listOutbox = async (delivery: Delivery): Promise<OutboxMessage[]> =>
  (await delivery.list(mostShown)).flatMap(({ at, channel, to, purpose, subject, text, code }) =>
    channel === 'back-channel' || purpose === 'sign-out'
      ? []
      : [{ at: at.toISOString(), channel, to, purpose, subject, text, code }],
  );
