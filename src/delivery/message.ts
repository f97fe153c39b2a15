// What is sent to a person, before it is on its way.

/** Ways to a person. */
export type Channel = 'sms' | 'email';
/** Ways out of the house; the last leads to a service. */
export type Route = Channel | 'back-channel';
export type MessagePurpose =
  'sign-in' | 'second-factor' | 'registration' | 'recovery' | 'pin' | 'contact' | 'operation' | 'notice' | 'sign-out';

export interface Message {
  channel: Route;
  /** E.164, an e-mail address, or a client. */
  to: string;
  purpose: MessagePurpose;
  /** Of an e-mail. */
  subject: string | null;
  text: string;
  /** The digits, where the text carries a one-time code. */
  code: string | null;
  /** When it is of no use any more: not sent later than that. */
  dropAfter: Date | null;
  /** What is still waiting in the same thread says nothing true any more and is dropped. */
  thread?: string;
  /** Written like any other and never sent, for answers that must look and cost alike. */
  isDecoy?: boolean;
}

/** This message was refused, whatever becomes of others: an address that is none. A code for administrators, nothing personal. */
export class MessageRefusedError extends Error {
  override name = 'MessageRefusedError';
  readonly code: string;

  constructor(code: string) {
    super(`refused: ${code}`);
    this.code = code;
  }
}

/** A channel to the outside. Rejects when the message was not taken. */
export type Transport = (message: Message, idempotencyKey: string) => Promise<void>;
