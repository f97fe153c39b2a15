// E-mail by SMTP. Addresses and subjects go through the library's own encoding: no header can be injected (ASVS 1.3.11).
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { MessageRefusedError, type Transport } from './message.ts';

interface Needs {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  url: string;
  from: string;
  timeoutSeconds: number;
}

/** The server did not take the message. */
export class SmtpError extends Error {
  override name = 'SmtpError';
  readonly code: string;

  constructor(code: string) {
    super(`the mail server did not take it: ${code}`);
    this.code = code;
  }
}

const failureSchema = z.object({
  code: z.string().default('unknown'),
  responseCode: z.number().optional(),
  command: z.string().optional(),
});

/** What the server said without its words, which repeat the address. */
const describeFailure = (failure: unknown): Error => {
  const { code, responseCode = 0, command } = failureSchema.catch({ code: 'unknown' }).parse(failure);
  const told = responseCode === 0 ? code : `${code} ${responseCode}`;
  const isAboutMessage = command === 'RCPT TO' || code === 'EMESSAGE';
  return isAboutMessage && responseCode >= 500 ? new MessageRefusedError(told) : new SmtpError(told);
};

export const createSmtp = ({ url, from, timeoutSeconds }: Needs): { send: Transport; close: () => void } => {
  const milliseconds = timeoutSeconds * 1000;
  const pool = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }, idempotencyKey) => {
      const mail = {
        from,
        to: { name: '', address: to },
        subject: subject ?? '',
        text,
        messageId: `<${idempotencyKey}@civic-id>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      try {
        await pool.sendMail(mail);
      } catch (failure) {
        throw describeFailure(failure);
      }
    },
    close: () => pool.close(),
  };
};
