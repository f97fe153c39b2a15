// What is measured: each operation is everything that a service and a person do until it is over.
import { createHash } from 'node:crypto';
import { createBrowser, readForm, type Answer, type Browser } from './browser.ts';
import { api, machine, service } from './clients.ts';

/** One of the two that are compared. */
export interface Target {
  name: string;
  origin: URL;
  /** What a person types on the sign-in page; another person at each turn. */
  credentials: (turn: number) => Record<string, string>;
}

interface Tokens {
  access_token: string;
  refresh_token?: string;
}

/** Some people and services do the same side by side; each keeps what it has. */
export interface Worker {
  turn: number;
  browser: Browser;
  tokens: Tokens;
}

export interface Operation {
  name: string;
  workers: number;
  milliseconds: number;
  run: (target: Target, worker: Worker) => Promise<void>;
}

const verifier = 'a-code-verifier-that-everybody-here-shares-0123456789';
const [redirectUri = ''] = service.redirect_uris;
const authorization = `/auth?${new URLSearchParams({
  client_id: service.client_id,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid profile email',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  state: 'state',
  nonce: 'nonce',
}).toString()}`;

const post = async (
  { origin, name }: Target,
  path: string,
  client: { client_id: string; client_secret: string },
  form: Record<string, string>,
): Promise<string> => {
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
  const response = await fetch(new URL(path, origin), {
    method: 'POST',
    headers: { Accept: 'application/json', Authorization: `Basic ${basic}` },
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${name}, ${path}: ${response.status} ${text.slice(0, 200)}`);
  return text;
};

const tokensIn = (text: string): Tokens => {
  const tokens: unknown = JSON.parse(text);
  if (typeof tokens !== 'object' || tokens === null || !('access_token' in tokens)) throw new Error('no access token');
  return {
    access_token: String(tokens.access_token),
    ...('refresh_token' in tokens ? { refresh_token: String(tokens.refresh_token) } : {}),
  };
};

const redeem = async (target: Target, { location, text }: Answer): Promise<Tokens> => {
  const code = URL.parse(location)?.searchParams.get('code');
  if (!code) throw new Error(`${target.name}: no code came back but ${location} ${text.slice(0, 200)}`);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return tokensIn(await post(target, '/token', service, form));
};

const signInByPassword = async (target: Target, browser: Browser, turn: number): Promise<Tokens> => {
  const page = await browser.get((await browser.get(authorization)).location);
  const { action, hidden } = readForm(page.text);
  const accepted = await browser.post(action, { ...hidden, ...target.credentials(turn) });
  return redeem(target, await browser.get(accepted.location));
};

/** Somebody who is signed in at the service. */
export const newWorker = async (target: Target, turn: number): Promise<Worker> => {
  const browser = createBrowser(target.origin);
  return { turn, browser, tokens: await signInByPassword(target, browser, turn) };
};

const clientCredentials = { grant_type: 'client_credentials' };

export const operations: Operation[] = [
  {
    name: 'client credentials, JWT (ES256)',
    workers: 8,
    milliseconds: 1000,
    run: async (target) => {
      await post(target, '/token', machine, { ...clientCredentials, resource: api, scope: 'read' });
    },
  },
  {
    name: 'client credentials, opaque',
    workers: 8,
    milliseconds: 1000,
    run: async (target) => {
      await post(target, '/token', machine, clientCredentials);
    },
  },
  {
    name: 'introspection, opaque',
    workers: 8,
    milliseconds: 1000,
    run: async (target, { tokens }) => {
      await post(target, '/token/introspection', service, { token: tokens.access_token });
    },
  },
  {
    name: 'refresh with rotation and ID token',
    workers: 8,
    milliseconds: 1500,
    run: async (target, worker) => {
      const form = { grant_type: 'refresh_token', refresh_token: worker.tokens.refresh_token ?? '' };
      worker.tokens = tokensIn(await post(target, '/token', service, form));
    },
  },
  {
    name: 'sign-in with a session present (SSO), with code exchange',
    workers: 8,
    milliseconds: 1500,
    run: async (target, { browser }) => {
      await redeem(target, await browser.get(authorization));
    },
  },
  {
    name: 'sign-in by password, first-party, with code exchange',
    workers: 4,
    milliseconds: 2500,
    run: async (target, { turn }) => {
      await signInByPassword(target, createBrowser(target.origin), turn);
    },
  },
];
