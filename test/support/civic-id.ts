// The real product in a test: own database, own port, real HTTP; a clock that can be moved.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits, makeSecrets, readEnvironment, readSecrets, type Limits, type Secrets } from '../../config/index.ts';
import { createApp, type App, type AppNeeds } from '../../src/app.ts';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import type { DeliveryChannels } from '../../src/delivery/index.ts';
import { ownRegistry } from '../../src/sandbox/registry.ts';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { createLog, listen } from '../../src/web/index.ts';
import { dropDatabase, testDatabaseUri } from './mongo.ts';

const ourViews = fileURLToPath(new URL('../../views', import.meta.url));

/** Below the ports that outgoing connections take: nobody else gets it between here and its use. */
export const freePort = async (): Promise<number> => {
  const port = randomInt(10_000, 32_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, () => resolve(true));
  });
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
};

/** Secrets of its own for each test, made as the product makes them. */
export const makeTestSecrets = (): Secrets => {
  const dir = mkdtempSync(join(tmpdir(), 'civic-id-secrets-'));
  makeSecrets(dir, { withSandbox: true });
  const read = readSecrets(dir);
  rmSync(dir, { recursive: true });
  if (read.outcome === 'wrong') throw new Error(read.problems.join('; '));
  return read.secrets;
};

/** What these variables, and no others, make of the environment. */
const settle = (variables: Record<string, string>) => {
  const read = readEnvironment(variables);
  if (read.outcome === 'wrong') throw new Error(read.problems.join('; '));
  return read.environment;
};

export interface TestOptions {
  /** Changes to the limits, deep enough for one table. */
  limits?: Partial<Limits>;
  secrets?: Secrets;
  /** Other views and texts than ours. */
  viewsDir?: string;
  uri?: string;
  issuer?: URL;
  port?: number;
  trustedProxyHops?: number;
  bcryptCost?: number;
  pinDigits?: 4 | 6;
  /** As PIN_NEEDS says it. */
  pinNeeds?: string;
  termsVersion?: string;
  /** What differs only in production: calls to services never reach private addresses. */
  isProduction?: boolean;
  /** Off unless a test is about them. */
  newDeviceCodes?: boolean;
  channels?: Partial<DeliveryChannels>;
  /** The sandbox's own unless another is given; `none`: levels cannot be raised. */
  registry?: NonNullable<AppNeeds['registry']> | 'none';
  /** Called at named points between writes. */
  checkpoint?: NonNullable<AppNeeds['checkpoint']>;
  /** Name, mark and colours as the environment gives them. */
  look?: Record<string, string>;
  /** Starts the demo service too. */
  demo?: boolean;
}

export interface TestCivicId {
  issuer: URL;
  /** Where the demo service listens, if it was asked for. */
  demoUrl: string | undefined;
  app: App;
  connection: Awaited<ReturnType<typeof connect>>;
  /** Everything that went to the log, one JSON line each. */
  logLines: string[];
  /** Registers a client; throws where its metadata is refused. */
  register: (metadata: object) => Promise<void>;
  /** Time passes: the clock of the rules goes on, stored times of the engine's records move back. */
  age: (minutes: number) => Promise<void>;
  stop: () => Promise<void>;
}

const engineTimes = ['iat', 'exp', 'loginTs', 'authTime', 'consumed', 'iiat'];

const moveBack = (seconds: number) => [
  {
    $set: Object.fromEntries(
      engineTimes.map((name) => [
        `payload.${name}`,
        { $cond: [{ $isNumber: `$payload.${name}` }, { $subtract: [`$payload.${name}`, seconds] }, '$$REMOVE'] },
      ]),
    ),
  },
];

/** Moves back the times that the engine stored, and those on the account that they are compared with. */
export const ageRecords = async (connection: TestCivicId['connection'], minutes: number): Promise<void> => {
  const collections = await connection
    .getClient()
    .db(connection.name)
    .listCollections({ name: /^oidc_/ })
    .toArray();
  for (const { name } of collections) await nativeCollection(connection, name).updateMany({}, moveBack(minutes * 60));
  const back = (time: string) => ({ $subtract: [time, minutes * 60_000] });
  const $set = { sessionsValidFrom: back('$sessionsValidFrom'), lastSignInAt: back('$lastSignInAt') };
  await nativeCollection(connection, 'accounts').updateMany({}, [{ $set }]);
};

/** Starts one instance. Give `uri`, `secrets` and `issuer` of another one to make it a second instance of the same provider. */
export const startCivicId = async (options: TestOptions = {}): Promise<TestCivicId> => {
  const { viewsDir = ourViews } = options;
  const uri = options.uri ?? testDatabaseUri();
  const port = options.port ?? (await freePort());
  const issuer = options.issuer ?? new URL(`http://localhost:${port}`);
  const demoPort = options.demo === true ? await freePort() : undefined;
  const demoUrl = demoPort === undefined ? undefined : `http://127.0.0.1:${demoPort}`;
  const connection = await connect(uri);
  const logLines: string[] = [];
  let movedBy = 0;
  const now = () => new Date(Date.now() + movedBy);

  const app = await createApp({
    connection,
    issuer,
    viewsDir,
    secrets: options.secrets ?? makeTestSecrets(),
    limits: { ...limits, ...options.limits },
    bcryptCost: options.bcryptCost ?? 4,
    passwordLeast: settle(options.newDeviceCodes === true ? {} : { NEW_DEVICE_CODES: 'off' }).passwordLeast,
    trustedProxyHops: options.trustedProxyHops ?? 0,
    allowPkceOptional: true,
    isProduction: options.isProduction ?? false,
    termsVersion: options.termsVersion ?? '2026-11-01',
    pinDigits: options.pinDigits ?? 4,
    pinNeeds: settle(options.pinNeeds === undefined ? {} : { PIN_NEEDS: options.pinNeeds }).pinNeeds,
    newDeviceCodes: options.newDeviceCodes ?? false,
    smsCountries: ['7'],
    deployment: settle(options.look ?? {}).deployment,
    channels: { email: undefined, sms: undefined, ...options.channels },
    registry: options.registry === 'none' ? undefined : (options.registry ?? ownRegistry(issuer)),
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    homeLinks: { demoUrl, sandboxUrl: '/sandbox/citizens' },
    log: createLog('info', { write: (line: string) => void logLines.push(line) }),
    now,
  });
  const sandbox = await createSandbox({ ...app, issuer, viewsDir, now });
  const server = await listen(
    (request, response) =>
      void (request.url?.startsWith('/sandbox')
        ? sandbox.callback(request, response)
        : app.callback(request, response)),
    { port, limits: limits.server },
  );

  const demo =
    demoPort === undefined
      ? undefined
      : await sandbox.startDemo({ port: demoPort, clientSecret: 'secret-of-the-demo', limits: limits.server });

  return {
    issuer,
    demoUrl,
    app,
    connection,
    logLines,
    register: async (metadata) => {
      const registration = await app.rules.clientRegistry.register(metadata, 'sandbox');
      if (registration.outcome === 'invalid') throw new Error(registration.problems.join('; '));
    },
    age: async (minutes) => {
      movedBy += minutes * 60_000;
      await ageRecords(connection, minutes);
    },
    stop: async () => {
      await demo?.close();
      await server.close();
      await app.close();
      await connection.close();
      if (options.uri === undefined) await dropDatabase(uri);
    },
  };
};
