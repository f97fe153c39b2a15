// For whoever watches the process: is it there, and can it work. Answers any Host.
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Needs {
  /** Each check says what is missing, or nothing. */
  checks: (() => Promise<string | undefined>)[];
  isClosing: () => boolean;
}

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(JSON.stringify(body));
};

/** Answers `/health/live` and `/health/ready` and returns true; leaves everything else alone. */
export const createHealth = ({ checks, isClosing }: Needs) => {
  const findReason = async (): Promise<string | undefined> => {
    if (isClosing()) return 'closing';
    const reasons = await Promise.all(checks.map((check) => check()));
    return reasons.find((reason) => reason !== undefined);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = request.url?.split('?', 1)[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || (path !== '/health/live' && path !== '/health/ready')) return false;

    const reason = path === '/health/live' ? undefined : await findReason();
    if (reason === undefined) send(response, 200, { status: 'ok' });
    else send(response, 503, { status: 'unavailable', reason });
    return true;
  };
};
