// Reads the configuration, connects the store, builds the app, listens; ends cleanly when told to.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  limits,
  makeSecrets,
  readDemoClientSecret,
  readEnvironment,
  readSecrets,
  type Environment,
} from '../config/index.ts';
import { createApp, type App } from './app.ts';
import { connect } from './mongo/index.ts';
import { createLog, listen, type Listening } from './web/index.ts';

type Sandbox = typeof import('./sandbox/index.ts');

/** A start that cannot be; each line is a sentence for the person who started it. */
class StartRefused extends Error {}

const viewsDir = fileURLToPath(new URL('../views', import.meta.url));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What has been opened, to be closed in the opposite order. */
const opened: (() => Promise<void>)[] = [];
const closeAll = async (): Promise<void> => {
  for (const close of opened.splice(0).reverse()) await close().catch(() => undefined);
};

const readConfiguration = (): Environment => {
  const read = readEnvironment();
  if (read.outcome === 'wrong') throw new StartRefused(read.problems.join('\n'));
  return read.environment;
};

const prepareSecrets = ({ isProduction, secretsDir }: Environment) => {
  if (!isProduction) makeSecrets(secretsDir, { withSandbox: true });
  const read = readSecrets(secretsDir);
  if (read.outcome === 'wrong') throw new StartRefused(read.problems.join('\n'));
  return read.secrets;
};

/** The store that was given, or a local one in DATA_DIR. */
const findStore = async (
  { mongodbUri, dataDir, mongod, path }: Environment,
  sandbox: Sandbox | undefined,
): Promise<string> => {
  if (mongodbUri !== undefined) return mongodbUri;
  if (sandbox === undefined) throw new StartRefused('MONGODB_URI: must be given');

  const claimed = await sandbox.claimDataFolder(dataDir);
  if (claimed.outcome === 'taken') {
    throw new StartRefused(
      `Civic ID is already running on ${dataDir} (process ${claimed.by}). Stop it first, or give this one its own DATA_DIR or a MONGODB_URI.`,
    );
  }
  opened.push(async () => claimed.release());
  if (process.argv.includes('--fresh')) await startAfresh(dataDir, sandbox);

  const binary = await sandbox.findMongod({ env: { mongod, path }, cacheDir: sandbox.mongodCache, say });
  const running = await sandbox.startMongod({ dataDir, binary, say });
  opened.push(running.stop);
  return running.uri;
};

const startAfresh = async (dataDir: string, sandbox: Sandbox): Promise<void> => {
  const freshened = await sandbox.freshen(dataDir);
  if (freshened.outcome === 'not-ours')
    throw new StartRefused(
      `${dataDir} was not made by Civic ID: nothing was removed. Choose another DATA_DIR or empty it yourself.`,
    );
  say('Starting afresh: the local database and secrets were removed.');
};

const connectStore = async (uri: string) => {
  try {
    const connection = await connect(uri);
    opened.push(() => connection.close());
    return connection;
  } catch (error) {
    throw new StartRefused('MONGODB_URI: no replica set answers there. Is it running, and may this machine reach it?', {
      cause: error,
    });
  }
};

const readClientsFile = (file: string): unknown[] => {
  if (!existsSync(file)) throw new StartRefused(`CLIENTS_FILE: there is no file ${file}`);
  try {
    const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(list)) return list;
  } catch {
    throw new StartRefused(`CLIENTS_FILE: ${file} is not JSON`);
  }
  throw new StartRefused(`CLIENTS_FILE: expected a JSON array of client metadata in ${file}`);
};

const applyClientsFile = async ({ clientsFile }: Environment, app: App): Promise<void> => {
  if (clientsFile === undefined) return;
  const applied = await app.rules.clientRegistry.registerAll(readClientsFile(clientsFile), 'file');
  if (applied.outcome === 'invalid')
    throw new StartRefused(applied.problems.map((problem) => `CLIENTS_FILE: ${problem}`).join('\n'));
};

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const listenOr = async (
  what: string,
  variable: string,
  port: number,
  open: () => Promise<Listening>,
): Promise<void> => {
  try {
    const listening = await open();
    opened.push(listening.close);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    throw new StartRefused(
      `Port ${port} is in use, so ${what} cannot listen there. Stop the other program or set ${variable} to another port.`,
    );
  }
};

const welcome = ({ issuer, demoPort, mongodbUri }: Environment, { citizens, nameOf }: Sandbox): void => {
  say('');
  say('Civic ID — one sign-in for every service');
  say('');
  say(`  Civic ID           ${issuer}`);
  if (demoPort !== 'off') say(`  Demo service       http://127.0.0.1:${demoPort}`);
  say(`  Discovery          ${issuer}/.well-known/openid-configuration`);
  say(`  Test citizens      ${issuer}/sandbox/citizens`);
  say('');
  say('  Sign in as (phone, password, PIN; all of them are fictional):');
  for (const citizen of citizens) {
    const pin = citizen.pin === null ? '—' : citizen.pin;
    say(
      `  ${(citizen.phone ?? citizen.email ?? '').padEnd(18)} ${citizen.password.padEnd(26)} ${pin.padEnd(5)} ${nameOf(citizen)} (${citizen.state})`,
    );
  }
  say('');
  say('  To stop: Ctrl-C.' + (mongodbUri === undefined ? ' To start afresh: npm start -- --fresh' : ''));
  say('');
};

const start = async (): Promise<void> => {
  const environment = readConfiguration();
  const sandbox = environment.isProduction ? undefined : await import('./sandbox/index.ts');
  const uri = await findStore(environment, sandbox);
  const secrets = prepareSecrets(environment);
  const connection = await connectStore(uri);

  const issuer = new URL(environment.issuer);
  const demoUrl =
    sandbox === undefined || environment.demoPort === 'off' ? undefined : `http://127.0.0.1:${environment.demoPort}`;
  const homeLinks = { demoUrl, sandboxUrl: sandbox === undefined ? undefined : '/sandbox/citizens' };
  const app = await createApp({
    ...environment,
    connection,
    issuer,
    viewsDir,
    secrets,
    limits,
    homeLinks,
    log: createLog(environment.logLevel),
  });
  opened.push(app.close);
  await applyClientsFile(environment, app);

  const lab = await sandbox?.createSandbox({ ...app, issuer, viewsDir, now: () => new Date() });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const isSandboxPage = lab !== undefined && /^\/sandbox(\/|\?|$)/.test(request.url ?? '');
    void (isSandboxPage ? lab.callback(request, response) : app.callback(request, response));
  };
  await listenOr('Civic ID', 'PORT', environment.port, () =>
    listen(handle, { port: environment.port, limits: limits.server }),
  );
  const { demoPort } = environment;
  if (lab !== undefined && demoPort !== 'off') {
    const clientSecret = readDemoClientSecret(environment.secretsDir);
    await listenOr('the demo service', 'DEMO_PORT', demoPort, () =>
      lab.startDemo({ port: demoPort, clientSecret, limits: limits.server }),
    );
  }

  opened.push(async () => app.beginClosing());
  if (sandbox !== undefined) welcome(environment, sandbox);
  say(`Civic ID is ready at ${environment.issuer}`);
};

const stop = async (code: number): Promise<void> => {
  await closeAll();
  process.exit(code);
};

const isForPeople = (error: unknown): error is Error =>
  error instanceof StartRefused || (error instanceof Error && error.name === 'CannotStart');

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void stop(0);
  });
}

try {
  await start();
} catch (error) {
  process.stderr.write(
    isForPeople(error)
      ? `Civic ID cannot start.\n${error.message}\n`
      : `Civic ID cannot start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  await stop(1);
}
