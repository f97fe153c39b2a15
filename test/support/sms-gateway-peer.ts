// An SMS gateway as a deployment has one: an HTTP server that takes messages, and that can be made to fail in every way.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './civic-id.ts';

export interface GatewayRequest {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

/** A number is a status to answer with; `sleeps` answers after half a minute, `hangs up` after having read everything. */
export type GatewayMood = number | 'sleeps' | 'hangs up';

export interface SmsGatewayPeer {
  url: string;
  /** What a deployment configures; `changes` replace parts of it. */
  channel: (changes?: Record<string, unknown>) => {
    url: string;
    method: string;
    headers: Record<string, string>;
    body: string;
    timeoutSeconds: number;
  };
  requests: GatewayRequest[];
  /** The texts of all requests to that number, oldest first. */
  textsTo: (phone: string) => string[];
  behave: (mood: GatewayMood) => void;
  /** Nobody listens any more, until `comeBack`. */
  goAway: () => Promise<void>;
  comeBack: () => Promise<void>;
  close: () => Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

export const startSmsGateway = async (): Promise<SmsGatewayPeer> => {
  const port = await freePort();
  const requests: GatewayRequest[] = [];
  const sleeping = new Set<NodeJS.Timeout>();
  let mood: GatewayMood = 202;

  const answer = (response: ServerResponse): void => {
    if (mood === 'hangs up') return void response.socket?.destroy();
    if (mood === 'sleeps') return void sleeping.add(setTimeout(() => response.writeHead(202).end(), 30_000).unref());
    response.writeHead(mood, { 'Content-Type': 'application/json' }).end('{"status":"ok"}');
  };
  const open = async () => {
    const server = createServer((request, response) => {
      const { method = '', url: path = '', headers } = request;
      void readBody(request).then((body) => {
        requests.push({ method, path, headers, body });
        answer(response);
      });
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await open();
  const goAway = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };

  const url = `http://127.0.0.1:${port}/v1/send`;
  return {
    url,
    channel: (changes = {}) => ({
      url,
      method: 'POST',
      headers: { Authorization: 'Bearer key-of-the-gateway' },
      body: '{"to":"{{to}}","text":"{{text}}","id":"{{key}}"}',
      timeoutSeconds: 1,
      ...changes,
    }),
    requests,
    textsTo: (phone) =>
      requests
        .map(({ body }): { to: string; text: string } => JSON.parse(body))
        .filter(({ to }) => to === phone)
        .map(({ text }) => text),
    behave: (next) => {
      mood = next;
    },
    goAway,
    comeBack: async () => {
      server = await open();
    },
    close: async () => {
      for (const timer of sleeping) clearTimeout(timer);
      await goAway();
    },
  };
};
