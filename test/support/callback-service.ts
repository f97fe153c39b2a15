// A service's own site, on another origin than the provider's: shows what arrived at its callback.
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export interface CallbackService {
  origin: string;
  /** To be registered as the redirect URI. */
  callback: string;
  /** Addresses at which people came back, in order. */
  arrivals: string[];
  close: () => Promise<void>;
}

const show = (response: ServerResponse, title: string): void => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(
    `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1></html>`,
  );
};

const titleOf = (address: URL): string => {
  if (address.searchParams.has('code')) return 'Signed in';
  return address.searchParams.get('error') ?? 'Service';
};

/** `sendsOnTo`: another origin, to which the callback redirects with what it was given. */
export const startCallbackService = async ({ sendsOnTo }: { sendsOnTo?: string } = {}): Promise<CallbackService> => {
  const arrivals: string[] = [];
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    if (address.pathname !== '/callback') return show(response, 'Service');
    if (sendsOnTo !== undefined) return void response.writeHead(302, { Location: sendsOnTo + address.search }).end();
    arrivals.push(address.href);
    return show(response, titleOf(address));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');

  const origin = `http://127.0.0.1:${bound.port}`;
  return {
    origin,
    callback: `${origin}/callback`,
    arrivals,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
