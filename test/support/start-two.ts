// Two instances of one provider on one store, behind a balancer that hands each request to the other one in turn.
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { ClientAuth } from 'openid-client';
import request from 'supertest';
import { createBrowserAgent, type BrowserAgent } from './browser-agent.ts';
import { ageRecords, freePort, makeTestSecrets, startCivicId, type TestCivicId, type TestOptions } from './civic-id.ts';
import { dropDatabase, testDatabaseUri } from './mongo.ts';
import { createRelyingParty, serviceMetadata, type RelyingParty } from './relying-party.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, string>;
  text: string;
}

/** `at`: one instance, by number or by its address; otherwise the balancer chooses. */
export interface Where {
  headers?: Record<string, string>;
  at?: 0 | 1 | string;
}

export interface Two {
  issuer: URL;
  instances: readonly [TestCivicId, TestCivicId];
  /** Where each instance can be reached without the balancer. */
  origins: readonly [string, string];
  connection: TestCivicId['connection'];
  register: (metadata: object) => Promise<void>;
  newService: (changes?: Record<string, unknown>, authentication?: ClientAuth) => Promise<RelyingParty>;
  /** Its requests go to one instance where `origin` says so, otherwise by the balancer. */
  newBrowser: (options?: { origin?: string }) => BrowserAgent;
  /** One more instance, which the balancer does not know; it is stopped with the others. Answers with where it listens. */
  startAnother: (options?: TestOptions) => Promise<string>;
  /** Posts a form as a service does. */
  post: (path: string, form: Record<string, string>, where?: Where) => Promise<Answer>;
  get: (path: string, where?: Where) => Promise<Answer>;
  /** Time passes for everything stored; the clocks of both instances stay right. */
  age: (minutes: number) => Promise<void>;
  /** What went wrong inside, on both: a test that ends with none of these saw no 500. */
  failures: () => string[];
  stop: () => Promise<void>;
}

const startBalancer = async (ports: readonly number[]) => {
  let turn = 0;
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    turn += 1;
    const { method, url: path, headers } = incoming;
    const forward = send(
      { host: 'localhost', port: ports[turn % ports.length], method, path, headers, setHost: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  });
  const port = await freePort();
  server.listen(port);
  await once(server, 'listening');
  return {
    port,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const isFailure = (line: string): boolean => JSON.parse(line).level === 'error';

/** `options` go to both instances. */
export const startTwo = async (options: TestOptions = {}): Promise<Two> => {
  const uri = options.uri ?? testDatabaseUri();
  const ports = [await freePort(), await freePort()] as const;
  const balancer = await startBalancer(ports);
  const issuer = new URL(`http://localhost:${balancer.port}`);
  const shared = { secrets: makeTestSecrets(), ...options, uri, issuer };
  const first = await startCivicId({ ...shared, port: ports[0] });
  const second = await startCivicId({ ...shared, port: ports[1] });
  const instances = [first, second] as const;
  const others: TestCivicId[] = [];
  const origins = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`] as const;

  const originAt = (at: Where['at']): string => {
    if (typeof at === 'string') return at;
    return at === undefined ? issuer.origin : origins[at];
  };
  const call = async (method: 'get' | 'post', path: string, { headers = {}, at }: Where, form?: string) => {
    const client = request(originAt(at));
    const answer = await client[method](path)
      .set({ Host: issuer.host, Accept: 'application/json', ...headers })
      .redirects(0)
      .ok(() => true)
      .send(form);
    return { status: answer.status, body: answer.body, headers: answer.headers, text: answer.text };
  };

  const register = (metadata: object) => first.register(metadata);
  return {
    issuer,
    instances,
    origins,
    connection: first.connection,
    register,
    newService: async (changes, authentication) => {
      const metadata = serviceMetadata(changes);
      await register(JSON.parse(JSON.stringify(metadata)));
      return createRelyingParty(issuer, metadata, authentication);
    },
    newBrowser: (where) => createBrowserAgent(issuer, where),
    startAnother: async (changes) => {
      const port = await freePort();
      others.push(await startCivicId({ ...shared, ...changes, port }));
      return `http://localhost:${port}`;
    },
    post: (path, form, { headers = {}, ...where } = {}) => {
      const typed = { 'Content-Type': 'application/x-www-form-urlencoded', ...headers };
      return call('post', path, { ...where, headers: typed }, new URLSearchParams(form).toString());
    },
    get: (path, where = {}) => call('get', path, where),
    age: (minutes) => ageRecords(first.connection, minutes),
    failures: () => [...instances, ...others].flatMap(({ logLines }) => logLines.filter(isFailure)),
    stop: async () => {
      await balancer.close();
      for (const instance of [...instances, ...others]) await instance.stop();
      await dropDatabase(uri);
    },
  };
};
