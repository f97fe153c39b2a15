// E-mail by SMTP. Addresses and subjects go through the library's own encoding: no header can be injected (ASVS 1.3.11).
import { createTransport } from 'nodemailer';
import type { Transport } from './message.ts';

interface Needs {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  url: string;
  from: string;
  timeoutSeconds: number;
}

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
      await pool.sendMail({
        from,
        to: { name: '', address: to },
        subject: subject ?? '',
        text,
        messageId: `<${idempotencyKey}@civic-id>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => pool.close(),
  };
};
