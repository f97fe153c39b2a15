// A mail server as a deployment has one: takes mail by SMTP and reads it as a person's mail program does.
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { freePort } from './civic-id.ts';

export interface ReceivedMail {
  /** Whom the envelope names, which is where it goes. */
  recipients: string[];
  sender: string;
  isEncrypted: boolean;
  /** The bytes as they came. */
  raw: string;
  mail: Email;
}

export interface MailPeer {
  port: number;
  url: string;
  received: ReceivedMail[];
  /** From now on refuses recipients or messages with that SMTP status; 0: takes them. */
  refuse: (what: 'recipients' | 'messages', status: number) => void;
  close: () => Promise<void>;
}

const refusal = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode });

/** `user` and `password` are asked for where they are given; `isTls`: encrypted from the first byte, with a certificate that nobody knows. */
export const startMailPeer = async ({ isTls = false, user = '', password = '' } = {}): Promise<MailPeer> => {
  const port = await freePort();
  const received: ReceivedMail[] = [];
  const refusing = { recipients: 0, messages: 0 };
  const options: SMTPServerOptions = {
    secure: isTls,
    logger: false,
    authOptional: user === '',
    disabledCommands: isTls ? [] : ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.username === user && auth.password === password ? done(null, { user }) : done(refusal(535)),
    onRcptTo: (_address, _session, done) => (refusing.recipients === 0 ? done() : done(refusal(refusing.recipients))),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusing.messages !== 0) return done(refusal(refusing.messages));
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        void PostalMime.parse(raw).then((mail) => {
          received.push({
            recipients: rcptTo.map(({ address }) => address),
            sender: mailFrom === false ? '' : mailFrom.address,
            isEncrypted: session.secure,
            raw,
            mail,
          });
          done();
        });
      });
    },
  };
  const server = new SMTPServer(options);
  server.on('error', () => undefined); // a client that distrusts our certificate hangs up
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));

  const credentials = user === '' ? '' : `${user}:${password}@`;
  return {
    port,
    url: `${isTls ? 'smtps' : 'smtp'}://${credentials}127.0.0.1:${port}`,
    received,
    refuse: (what, status) => {
      refusing[what] = status;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
