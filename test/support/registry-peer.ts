// A registry as a deployment has one: an HTTP server that can be made to answer in every way, or not at all.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './civic-id.ts';

/** A number is a status to answer with; `cut off` ends in the middle of the answer. */
export type RegistryMood =
  | number
  | 'match'
  | 'no_such_person'
  | 'does_not_match'
  | 'sleeps'
  | 'drips'
  | 'cut off'
  | 'hangs up'
  | 'redirects'
  | 'endless'
  | { text: string };

export interface RegistryRequest {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

export const startRegistry = async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v1/check`;
  const requests: RegistryRequest[] = [];
  let mood: RegistryMood = 'match';
  let waiting: Promise<undefined> = Promise.resolve(undefined);

  const endless = (response: ServerResponse): void => {
    if (!response.destroyed && response.write(' '.repeat(1024))) setImmediate(endless, response);
    else response.once('drain', () => endless(response));
  };
  const answer = (response: ServerResponse, path: string): void => {
    if (mood === 'hangs up') return void response.socket?.destroy();
    if (mood === 'sleeps') return;
    if (mood === 'redirects' && path === '/v1/check')
      return void response.writeHead(307, { Location: `${url}/2` }).end();
    const status = typeof mood === 'number' ? mood : 200;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    if (mood === 'endless') return endless(response);
    if (mood === 'drips') return void response.write('{"res');
    if (mood === 'cut off') return void response.write('{"res', () => response.socket?.destroy());
    if (typeof mood === 'object') return void response.end(mood.text);
    response.end(JSON.stringify({ result: typeof mood === 'string' ? mood : 'match' }));
  };
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    void readBody(request).then(async (body) => {
      requests.push({ method, path, headers, body });
      await waiting;
      answer(response, path);
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    url,
    connection: { url, headers: { Authorization: 'Bearer key-of-the-registry' } },
    requests,
    behave: (next: RegistryMood): void => {
      mood = next;
    },
    /** Nobody is answered until the returned function is called. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting = promise;
      return () => resolve(undefined);
    },
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
    },
  };
};

export type RegistryPeer = Awaited<ReturnType<typeof startRegistry>>;
