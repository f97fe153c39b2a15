// What is sent to a person, before it is on its way.

export type Channel = 'sms' | 'email';
export type MessagePurpose = 'sign-in' | 'registration' | 'recovery' | 'pin' | 'contact' | 'operation' | 'notice';

export interface Message {
  channel: Channel;
  /** E.164 or an e-mail address. */
  to: string;
  purpose: MessagePurpose;
  /** Of an e-mail. */
  subject: string | null;
  text: string;
  /** The digits, where the text carries a one-time code. */
  code: string | null;
  /** When it is of no use any more: not sent later than that. */
  dropAfter: Date | null;
  /** Written like any other and never sent, for answers that must look and cost alike. */
  isDecoy?: boolean;
}

/** A channel to the outside. Rejects when the message was not taken. */
export type Transport = (message: Message, idempotencyKey: string) => Promise<void>;
