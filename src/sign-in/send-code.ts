// A code, the message that carries it and the line in the journal are written together; nobody waits for it to arrive.
import type { Account } from '../accounts/index.ts';
import type { Codes } from '../codes/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { CodeContact } from './code-contacts.ts';
import type { SignInVisit } from './sign-in-visit.ts';

interface Needs {
  codes: Codes;
  delivery: Delivery;
  journal: Journal;
  inTransaction: InTransaction;
  textsFor: (locale: string | undefined) => (key: string, values?: Record<string, string | number>) => string;
  issuerHost: string;
  deploymentName: string;
  supportContact: string;
}

export const createSendCode = ({
  codes,
  delivery,
  journal,
  inTransaction,
  textsFor,
  issuerHost,
  deploymentName,
  supportContact,
}: Needs) => {
  const compose = ({ profile }: Account, { channel }: CodeContact, code: string) => {
    const t = textsFor(profile.locale);
    const values = { code, host: issuerHost, deployment: deploymentName, support: supportContact };
    if (channel === 'sms') return { subject: null, text: t('message.sign-in-code.sms', values) };
    return { subject: t('message.sign-in-code.subject', values), text: t('message.sign-in-code.email', values) };
  };

  /** What was sent in this flow before is void and, where it still waits, dropped. */
  return async (account: Account, contact: CodeContact, flowId: string, visit: SignInVisit): Promise<void> => {
    const { channel, destination } = contact;
    const code = codes.draw();
    const words = compose(account, contact, code);
    await inTransaction(async (tx) => {
      const dropAfter = await codes.put(tx, { flowId, purpose: 'sign-in', destination }, code);
      const message = { channel, to: destination, purpose: 'sign-in', code, dropAfter, thread: flowId } as const;
      await delivery.write(tx, { ...message, ...words });
      await journal.writeIn(tx, { type: 'code-sent', accountId: account.id, ...visit });
    });
    delivery.nudge();
  };
};
