// Starting and stopping the product as people do it: what it says, what it keeps, what it refuses and how.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { makeSecrets } from '../../config/index.ts';
import { connect } from '../../src/mongo/index.ts';
import { citizens } from '../../src/sandbox/citizens.ts';
import { isMongodOn } from '../../src/sandbox/mongod/process-facts.ts';
import { createBrowserAgent, type BrowserAgent } from '../support/browser-agent.ts';
import { freePort } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { endAllMains, startMain, type End, type MainProcess } from '../support/main-process.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { serviceMetadata } from '../support/relying-party.ts';

const patience = 90_000; // each is done in seconds, but this machine is not ours alone
const anna = citizen('anna');
const metadata = serviceMetadata();

let folder: string;
let clientsFile: string;
const databases: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'civic-id-start-'));
  clientsFile = put('clients.json', JSON.stringify([metadata]));
});
afterAll(async () => {
  await endAllMains();
  await Promise.all(databases.map(dropDatabase));
  rmSync(folder, { recursive: true, force: true });
}, patience);

const put = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const newDatabase = (): string => {
  const uri = testDatabaseUri();
  databases.push(uri);
  return uri;
};
/** On the test server: quicker than a MongoDB of its own. */
const onTestServer = async (changes: Record<string, string> = {}) => {
  const port = await freePort();
  const environment = {
    PORT: String(port),
    MONGODB_URI: newDatabase(),
    SECRETS_DIR: join(folder, `secrets-${port}`),
    DATA_DIR: join(folder, 'unused'),
    DEMO_PORT: 'off',
    NEW_DEVICE_CODES: 'off',
    CLIENTS_FILE: clientsFile,
    ...changes,
  };
  return { environment, port, issuer: new URL(changes['ISSUER'] ?? `http://localhost:${port}`) };
};

const verifier = 'a-code-verifier-that-is-long-enough-for-everybody';
const [redirectUri = ''] = metadata.redirect_uris;
const authorization = `/auth?${new URLSearchParams({
  client_id: metadata.client_id,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'openid email',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}).toString()}`;
/** Signs in; allows, where that is asked. */
const signIn = async (agent: BrowserAgent) => {
  const after = await typeCredentials(agent, await agent.open(authorization), anna);
  const wasAsked = !after.isElsewhere;
  const callback = wasAsked ? await agent.submit(after, {}) : after;
  return { wasAsked, code: new URL(callback.url).searchParams.get('code') ?? '' };
};
const redeem = async (agent: BrowserAgent, code: string) => {
  const { client_id: id, client_secret: secret } = metadata;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const answer = await agent.post('/token', new URLSearchParams(form).toString(), {
    Accept: 'application/json',
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  return { status: answer.status, hasToken: typeof answer.body['access_token'] === 'string' };
};
const keyIdsOf = async (issuer: URL): Promise<unknown[]> => {
  const answer: unknown = await fetch(new URL('/jwks', issuer)).then((response) => response.json());
  return z
    .object({ keys: z.array(z.object({ kid: z.string() })) })
    .parse(answer)
    .keys.map(({ kid }) => kid);
};

const hasStack = /^\s+at |node:internal|\.ts:\d/m;
/** The one sentence with which it refused. */
const refusalOf = ({ code, complained, said }: End): string => {
  const [title, sentence = '', ...more] = complained.trimEnd().split('\n');
  expect({ code, title, more }).toEqual({ code: 1, title: 'Civic ID cannot start.', more: [] });
  expect(complained).not.toMatch(hasStack);
  expect(said).not.toContain('is ready');
  return sentence;
};

describe('a local start', () => {
  const databaseFolder = () => {
    const name = readdirSync(local.DATA_DIR).find((entry) => /^mongodb-[\d.]+\d$/.test(entry)) ?? 'none';
    return join(local.DATA_DIR, name);
  };
  const pidOfMongod = () => Number.parseInt(readFileSync(join(databaseFolder(), 'mongod.lock'), 'utf8'));

  let local: Record<'DATA_DIR' | 'PORT' | 'DEMO_PORT' | 'NEW_DEVICE_CODES' | 'CLIENTS_FILE', string>;
  let issuer: URL;
  let running: MainProcess;
  let keyIds: unknown[];
  const start = async (...args: string[]): Promise<string> => {
    running = startMain(local, ...args);
    return running.ready;
  };
  const stop = async (signal: NodeJS.Signals): Promise<End & { mongod: number; dbPath: string }> => {
    const [mongod, dbPath] = [pidOfMongod(), databaseFolder()];
    expect(isMongodOn(mongod, dbPath)).toBe(true);
    running.signal(signal);
    return { ...(await running.ended), mongod, dbPath };
  };

  beforeAll(async () => {
    const [port, demoPort] = [await freePort(), await freePort()];
    issuer = new URL(`http://localhost:${port}`);
    local = {
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      DEMO_PORT: String(demoPort),
      NEW_DEVICE_CODES: 'off',
      CLIENTS_FILE: clientsFile,
    };
  });

  it(
    'welcomes, says when it is ready, and then logs JSON lines and nothing else',
    async () => {
      const welcome = await start();
      for (const text of [
        issuer.origin,
        `http://127.0.0.1:${local.DEMO_PORT}`,
        `${issuer.origin}/.well-known/openid-configuration`,
        'Ctrl-C',
        'npm start -- --fresh',
        ...citizens.flatMap(({ phone, email, password }) => [phone ?? email ?? '', password]),
        ...citizens.flatMap(({ pin }) => (pin === null ? [] : [pin])),
      ])
        expect(welcome).toContain(text);
      expect(welcome.trimEnd().split('\n').at(-1)).toBe(`Civic ID is ready at ${issuer.origin}`);
      expect(welcome).not.toContain('{');

      keyIds = await keyIdsOf(issuer);
      expect(await signIn(createBrowserAgent(issuer))).toMatchObject({ wasAsked: true });
      expect((await fetch(`http://127.0.0.1:${local.DEMO_PORT}/`)).status).toBe(200);
      const lines = running.said().slice(welcome.length).split('\n').slice(0, -1);
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: 'info', time: expect.any(String) });
    },
    patience,
  );

  it(
    'answers who else starts on its folder in one sentence, and goes on',
    async () => {
      const [PORT, DEMO_PORT] = [String(await freePort()), String(await freePort())];
      const sentence = refusalOf(await startMain({ ...local, PORT, DEMO_PORT }).ended);
      expect(sentence).toContain(local.DATA_DIR);
      expect(sentence).toContain(`process ${running.pid}`);
      expect((await fetch(new URL('/health/ready', issuer))).status).toBe(200);
    },
    patience,
  );

  it(
    'ends with code 0 when told to, and its MongoDB with it',
    async () => {
      const { code, complained, mongod, dbPath } = await stop('SIGTERM');
      expect({ code, complained }).toEqual({ code: 0, complained: '' });
      expect(isMongodOn(mongod, dbPath)).toBe(false);
    },
    patience,
  );

  it(
    'knows the second time what it knew the first',
    async () => {
      const begin = performance.now();
      await start();
      expect(performance.now() - begin).toBeLessThan(20_000); // five seconds on a machine of one’s own
      expect(await keyIdsOf(issuer)).toEqual(keyIds);
      expect(await signIn(createBrowserAgent(issuer))).toMatchObject({ wasAsked: false });
    },
    patience,
  );

  it(
    'killed takes its MongoDB along, and loses nothing',
    async () => {
      const { mongod, dbPath } = await stop('SIGKILL');
      await start();
      expect(pidOfMongod()).not.toBe(mongod);
      expect(isMongodOn(mongod, dbPath)).toBe(false);
      expect(await keyIdsOf(issuer)).toEqual(keyIds);
      expect(await signIn(createBrowserAgent(issuer))).toMatchObject({ wasAsked: false });
    },
    patience,
  );

  it(
    'ends by Ctrl-C, and starts afresh when asked to',
    async () => {
      expect(await stop('SIGINT')).toMatchObject({ code: 0, complained: '' });
      writeFileSync(join(local.DATA_DIR, 'my-notes.txt'), 'mine');
      expect(await start('--fresh')).toContain('Starting afresh');

      expect(readFileSync(join(local.DATA_DIR, 'my-notes.txt'), 'utf8')).toBe('mine');
      expect(await keyIdsOf(issuer)).not.toEqual(keyIds);
      expect(await signIn(createBrowserAgent(issuer))).toMatchObject({ wasAsked: true });
    },
    patience,
  );

  it(
    'told to end while it starts leaves no MongoDB behind',
    async () => {
      await stop('SIGTERM');
      running = startMain(local);
      await until(() => running.said().includes('Starting MongoDB'));
      running.signal('SIGTERM');
      expect(await running.ended).toMatchObject({ code: 0, complained: '' });
      await until(() => !isMongodOn(pidOfMongod(), databaseFolder()));
    },
    patience,
  );
});

describe('a start that cannot be', () => {
  type Case = [string, () => Promise<MainProcess>, RegExp];
  const withChange =
    (changes: Record<string, string>, ...args: string[]) =>
    async () =>
      startMain((await onTestServer(changes)).environment, ...args);
  const withClients = (name: string, content: string) => () => withChange({ CLIENTS_FILE: put(name, content) })();
  const locally =
    (changes: Record<string, string>, ...args: string[]) =>
    async () =>
      startMain({ PORT: String(await freePort()), DEMO_PORT: 'off', ...changes }, ...args);
  const stranger = createServer();
  const takenPort = async (): Promise<string> => {
    if (!stranger.listening) await once(stranger.listen(0), 'listening');
    const address = stranger.address();
    return typeof address === 'object' && address !== null ? String(address.port) : '';
  };
  const badClient = JSON.stringify([metadata, { ...metadata, client_id: 'bad', id_token_signed_response_alg: 'none' }]);

  const cases: Case[] = [
    ['its port is in use', async () => withChange({ PORT: await takenPort() })(), /^PORT: port \d+ is in use/],
    [
      'the port of the demo is in use',
      async () => withChange({ DEMO_PORT: await takenPort() })(),
      /^DEMO_PORT: port \d+ /,
    ],
    ['a value is wrong', withChange({ BCRYPT_COST: '3' }), /^BCRYPT_COST: expected a whole number from 10 to 15$/],
    [
      'there is no mark',
      withChange({ MARK_FILE: '/no/such/mark.svg' }),
      /^MARK_FILE: \/no\/such\/mark\.svg cannot be read$/,
    ],
    [
      'its colour cannot be read',
      withChange({ ACCENT_COLOUR: '#767676' }),
      /^ACCENT_COLOUR: accent #767676 on mist #eef2f4 \(light\) has a contrast of 4\.0:1, and 4\.5:1 is needed$/,
    ],
    [
      'there is no such file of clients',
      withChange({ CLIENTS_FILE: '/no/such/file.json' }),
      /^CLIENTS_FILE: .*no\/such/,
    ],
    ['the file of clients is no JSON', withClients('a.json', '[{'), /^CLIENTS_FILE: .*JSON/],
    ['the file of clients is no list', withClients('b.json', '{}'), /^CLIENTS_FILE: expected a JSON array/],
    ['a client is wrong', withClients('d.json', badClient), /^CLIENTS_FILE: client bad: id_token_signed_response_alg /],
    ['no MongoDB answers', withChange({ MONGODB_URI: 'mongodb://127.0.0.1:1/x?replicaSet=x' }), /^MONGODB_URI: /],
    ['the address of MongoDB is none', withChange({ MONGODB_URI: 'mongodb://name:word@:x/' }), /^MONGODB_URI: /],
    ['a folder for secrets is a file', async () => withChange({ SECRETS_DIR: put('e', '') })(), /SECRETS_DIR/],
    ['--fresh meets a database that is not its own', withChange({}, '--fresh'), /^--fresh /],
    ['MONGOD is none', () => locally({ DATA_DIR: join(folder, 'f'), MONGOD: '/bin/ls' })(), /^MONGOD names \/bin\/ls/],
    ['a folder for data is a file', () => locally({ DATA_DIR: put('g', '') })(), /DATA_DIR/],
    [
      '--fresh meets a folder that is not its own',
      () => {
        mkdirSync(join(folder, 'h', 'secrets'), { recursive: true });
        return locally({ DATA_DIR: join(folder, 'h') }, '--fresh')();
      },
      /was not made by Civic ID/,
    ],
  ];
  const ends = new Map<string, Promise<End>>();
  beforeAll(() => {
    for (const [why, begin] of cases)
      ends.set(
        why,
        begin().then(({ ended }) => ended),
      );
  });
  afterAll(() => void stranger.close());

  it.each(cases)(
    'says so in one sentence: %s',
    async (why, _begin, sentence) => {
      const end = await ends.get(why);
      if (end === undefined) throw new Error('not begun');
      expect(refusalOf(end)).toMatch(sentence);
      expect(end.complained).not.toContain('word');
    },
    patience,
  );
});

describe('a start on a MongoDB that is given', () => {
  it(
    'says how long a password must be, and warns of one that is too short',
    async () => {
      const { environment } = await onTestServer({ PASSWORD_MIN: '9' });
      const main = startMain(environment);
      expect(await main.ready).toContain('\nPasswords: at least 9 characters, as PASSWORD_MIN says\n');
      await until(() => main.said().includes('"level":"warn"'));
      expect(main.said()).toContain('PASSWORD_MIN is 9: 15 characters are due');
      main.signal('SIGTERM');
      expect(await main.ended).toMatchObject({ code: 0, complained: '' });
    },
    patience,
  );

  it(
    'is another instance of the same provider: what one began the other finishes',
    async () => {
      const first = await onTestServer();
      const one = startMain(first.environment);
      await one.ready;
      const port = await freePort();
      const two = startMain({ ...first.environment, PORT: String(port), ISSUER: first.issuer.origin });
      expect(await two.ready).toContain(`Civic ID is ready at ${first.issuer.origin}\n`);

      const atFirst = createBrowserAgent(first.issuer);
      const atSecond = createBrowserAgent(first.issuer, { origin: `http://localhost:${port}` });
      expect(await redeem(atSecond, (await signIn(atFirst)).code)).toEqual({ status: 200, hasToken: true });
      const other = await signIn(atSecond);
      expect(other.wasAsked).toBe(false);
      expect(await redeem(atFirst, other.code)).toEqual({ status: 200, hasToken: true });
      const seeded = await atSecond.get('/sandbox/citizens', { Accept: 'application/json' });
      expect(seeded.body).toHaveLength(citizens.length);

      for (const main of [one, two]) main.signal('SIGTERM');
      expect((await Promise.all([one.ended, two.ended])).map(({ code }) => code)).toEqual([0, 0]);
    },
    patience,
  );
});

describe('production', () => {
  const secretsDir = () => {
    const dir = join(folder, 'production-secrets');
    makeSecrets(dir, { withSandbox: false });
    return dir;
  };
  const production = (changes: Record<string, string>) =>
    onTestServer({ NODE_ENV: 'production', ISSUER: 'https://id.example.org', ...changes });

  it(
    'refuses to start without what must be given, and names all of it',
    async () => {
      const { code, complained } = await startMain({ NODE_ENV: 'production', DATA_DIR: join(folder, 'unused') }).ended;
      expect(code).toBe(1);
      expect(complained.trimEnd().split('\n')).toEqual([
        'Civic ID cannot start.',
        'MONGODB_URI: must be given in production',
        'SECRETS_DIR: must be given in production',
        'ISSUER: must be an https address in production',
      ]);
    },
    patience,
  );

  it(
    'makes no secrets: it names those that are missing',
    async () => {
      const empty = join(folder, 'no-secrets');
      mkdirSync(empty);
      const { environment } = await production({ SECRETS_DIR: empty });
      const { code, complained } = await startMain(environment).ended;
      expect(code).toBe(1);
      for (const name of readdirSync(secretsDir()))
        expect(complained).toContain(`\n${name} (in SECRETS_DIR): expected `);
      expect(complained).not.toMatch(hasStack);
      expect(readdirSync(empty)).toEqual([]);
    },
    patience,
  );

  it(
    'refuses a client that does without PKCE',
    async () => {
      const CLIENTS_FILE = put('lax.json', JSON.stringify([{ ...metadata, pkce_optional: true }]));
      const { environment } = await production({ SECRETS_DIR: secretsDir(), CLIENTS_FILE });
      expect(refusalOf(await startMain(environment).ended)).toMatch(/^CLIENTS_FILE: client .*pkce_optional/);
    },
    patience,
  );

  it(
    'starts with all that it needs, without sandbox, demo and citizens',
    async () => {
      const demoPort = await freePort();
      const { environment, port, issuer } = await production({
        SECRETS_DIR: secretsDir(),
        DEMO_PORT: String(demoPort),
      });
      const main = startMain(environment);
      const why = 'because nothing else is asked for on a new browser';
      expect(await main.ready).toBe(
        `Passwords: at least 15 characters, ${why}\nCivic ID is ready at https://id.example.org\n`,
      );

      const agent = createBrowserAgent(issuer, { origin: `http://localhost:${port}` });
      expect((await agent.get('/.well-known/openid-configuration')).body).toMatchObject({
        issuer: issuer.origin,
        token_endpoint: `${issuer.origin}/token`,
      });
      for (const path of ['/sandbox', '/sandbox/citizens', '/sandbox/outbox'])
        expect((await agent.get(path)).status).toBe(404);
      expect((await agent.get('/')).text).not.toMatch(/sandbox|127\.0\.0\.1/);
      await expect(fetch(`http://127.0.0.1:${demoPort}/`)).rejects.toThrow();
      expect((await agent.get(authorization)).status).toBe(303);

      const connection = await connect(environment.MONGODB_URI);
      expect(await connection.getClient().db(connection.name).collection('accounts').countDocuments({})).toBe(0);
      await connection.close();
      main.signal('SIGTERM');
      expect(await main.ended).toMatchObject({ code: 0, complained: '' });
    },
    patience,
  );
});
