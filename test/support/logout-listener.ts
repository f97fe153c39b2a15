// A service's end of the back channel: takes logout tokens, or fails in the ways that services fail.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { until } from './ledger.ts';

/** A status to answer with, or to never answer. */
export type Answer = number | 'silence';

export interface LogoutListener {
  /** To be registered as `backchannel_logout_uri`. */
  uri: string;
  /** The tokens that arrived, in order, whatever was answered. */
  tokens: string[];
  /** What was sent, form and headers, in order. */
  calls: { method: string; contentType: string; fields: string[] }[];
  /** What to answer from now on; by default 200. `then` after this many times. */
  answer: (first: Answer, times?: number, then?: Answer) => void;
  /** Waits until so many tokens are here. */
  hears: (count: number, patienceMs?: number) => Promise<void>;
  close: () => Promise<void>;
}

export const startLogoutListener = async (): Promise<LogoutListener> => {
  const tokens: string[] = [];
  const calls: LogoutListener['calls'] = [];
  let plan: { first: Answer; times: number; then: Answer } = { first: 200, times: 0, then: 200 };
  const next = (): Answer => {
    if (plan.times <= 0) return plan.then;
    plan.times -= 1;
    return plan.first;
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      tokens.push(form.get('logout_token') ?? '');
      const { method = '', headers } = request;
      calls.push({ method, contentType: headers['content-type'] ?? '', fields: [...form.keys()] });
      const status = next();
      if (status !== 'silence') response.writeHead(status, { 'Cache-Control': 'no-store' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');

  return {
    uri: `http://127.0.0.1:${bound.port}/logout`,
    tokens,
    calls,
    answer: (first, times = Number.POSITIVE_INFINITY, then = 200) => {
      plan = { first, times, then };
    },
    hears: (count, patienceMs = 10_000) => until(() => tokens.length >= count, patienceMs),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
