// A code, the message that carries it and the line in the journal are written together; nobody waits for it to arrive.
import type { CodeBinding, Codes } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Journal, JournalEvent } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Whom the code is for, as far as it is known, and what is known of who asks. */
export type CodeSentFacts = Pick<JournalEvent, 'accountId' | 'clientId' | 'requestId' | 'network' | 'device'>;

export interface CodeMessage extends CodeBinding {
  channel: Channel;
  /** Of whoever reads it. */
  locale: string | undefined;
  /** Of the journey: what was written in it before and still waits is dropped. `flowId` where it is not said. */
  thread?: string;
  /** Texts that tell something else and no digits, for somebody whose answer must cost the same. */
  instead?: 'already-registered' | 'contact-taken';
}

export interface CodeMessages {
  /** The code before it in the same flow is void. Whether one may go is the caller's to count, before this. */
  send: (message: CodeMessage, facts: CodeSentFacts) => Promise<void>;
}

interface Needs {
  codes: Codes;
  delivery: Delivery;
  journal: Journal;
  inTransaction: InTransaction;
  /** The translator for a person's language. */
  textsFor: (locale: string | undefined) => Translate;
  issuerHost: string;
  deployment: { name: string; supportContact: string };
}

export const createCodeMessages = (needs: Needs): CodeMessages => {
  const { codes, delivery, journal, textsFor, issuerHost, deployment } = needs;

  /** From `message.<purpose>-code`: `sms`, or `subject` and `email`. */
  const compose = ({ purpose, channel, locale, instead }: CodeMessage, code: string) => {
    const t = textsFor(locale);
    const kind = instead ?? `${purpose}-code`;
    const values = { code, host: issuerHost, deployment: deployment.name, support: deployment.supportContact };
    if (channel === 'sms') return { subject: null, text: t(`message.${kind}.sms`, values) };
    return { subject: t(`message.${kind}.subject`, values), text: t(`message.${kind}.email`, values) };
  };

  return {
    send: async (message, facts) => {
      const { flowId, purpose, destination, channel, thread = flowId } = message;
      const code = codes.draw();
      const words = compose(message, code);
      const shown = message.instead === undefined ? code : null;
      await needs.inTransaction(async (tx) => {
        const dropAfter = await codes.put(tx, { flowId, purpose, destination }, code);
        await delivery.write(tx, { channel, to: destination, purpose, code: shown, dropAfter, thread, ...words });
        await journal.writeIn(tx, { type: 'code-sent', ...facts });
      });
      delivery.nudge();
    },
  };
};
