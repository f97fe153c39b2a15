// Listens with limits on slowness, and closes without cutting anybody off.
import { createServer, type RequestListener, type Server } from 'node:http';

interface ServerLimits {
  headersSeconds: number;
  requestSeconds: number;
  closeSeconds: number;
}

export interface Listening {
  port: number;
  /** Lets requests in flight finish, then hangs up on what is left. */
  close: () => Promise<void>;
}

/** Rejects with the system's error (EADDRINUSE, EACCES) when the port cannot be had. */
export const listen = async (
  handler: RequestListener,
  options: { port: number; host?: string; limits: ServerLimits },
): Promise<Listening> => {
  const { port, host, limits } = options;
  const server = createServer(
    {
      headersTimeout: limits.headersSeconds * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      connectionsCheckingInterval: 1000,
    },
    handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
  return { port: portOf(server), close: () => closeGently(server, limits.closeSeconds) };
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('server has no port');
  return address.port;
};

const closeGently = async (server: Server, seconds: number): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const hangUp = setTimeout(() => server.closeAllConnections(), seconds * 1000);
  await closed;
  clearTimeout(hangUp);
};
