// Reads the configuration, opens the store, builds the app, listens; ends cleanly when told to.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  limits,
  makeSecrets,
  readClientsFile,
  readDemoClientSecret,
  readEnvironment,
  readSecrets,
  tellPasswordLeast,
  type Environment,
} from '../config/index.ts';
import { createApp, type App } from './app.ts';
import { claimDeploymentMode, connect } from './mongo/index.ts';
import { createLog, listen, type Listening, type Logger } from './web/index.ts';

type Sandbox = typeof import('./sandbox/index.ts');

/** A start that cannot be; the message is for the person who started it. */
class StartError extends Error {}

const viewsDir = fileURLToPath(new URL('../views', import.meta.url));
const isFresh = process.argv.includes('--fresh');
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What has been opened, to be closed in the opposite order. */
const opened: (() => Promise<void>)[] = [];
const stop = async (code: number): Promise<void> => {
  for (const close of opened.splice(0).reverse()) await close().catch(() => undefined);
  process.exit(code);
};

const readConfiguration = (): Environment => {
  const read = readEnvironment();
  if (read.outcome === 'wrong') throw new StartError(read.problems.join('\n'));
  if (isFresh && read.environment.mongodbUri !== undefined) {
    throw new StartError(
      '--fresh empties the local database only: leave MONGODB_URI out, or empty that database yourself.',
    );
  }
  return read.environment;
};

const openStore = async ({ mongodbUri, ...environment }: Environment, sandbox: Sandbox | undefined) => {
  if (mongodbUri !== undefined || sandbox === undefined) return connectTo(mongodbUri ?? '');
  const local = await sandbox.openLocalStore({ ...environment, isFresh, say });
  opened.push(local.close);
  return connectTo(local.uri);
};

const connectTo = async (uri: string) => {
  try {
    const connection = await connect(uri);
    opened.push(() => connection.close());
    return connection;
  } catch (cause) {
    throw new StartError(
      'MONGODB_URI: no MongoDB replica set answers there. Does it run, and may this machine reach it?',
      {
        cause,
      },
    );
  }
};

const openSecrets = ({ isProduction, secretsDir }: Environment) => {
  try {
    if (!isProduction) makeSecrets(secretsDir, { withSandbox: true });
  } catch (cause) {
    throw new StartError(`SECRETS_DIR: ${secretsDir} is not a folder that can be made and written.`, { cause });
  }
  const read = readSecrets(secretsDir);
  if (read.outcome === 'wrong') throw new StartError(read.problems.join('\n'));
  return read.secrets;
};

const channelsOf = ({ smtpUrl, mailFrom, smsGateway }: Environment) => {
  const timeoutSeconds = limits.deliverySeconds;
  return {
    email: smtpUrl === undefined ? undefined : { url: smtpUrl, from: mailFrom, timeoutSeconds },
    sms: smsGateway === undefined ? undefined : { ...smsGateway, timeoutSeconds },
  };
};

/** Codes cannot arrive where there is no way to send them; nobody could sign in on a new browser. */
const warnOfMissingChannels = ({ newDeviceCodes, smtpUrl, smsGateway }: Environment, log: Logger): void => {
  if (!newDeviceCodes || smtpUrl !== undefined || smsGateway !== undefined) return;
  log.warn('NEW_DEVICE_CODES is on and neither SMTP_URL nor SMS_GATEWAY_URL is set: codes cannot be sent');
};

const applyClientsFile = async ({ clientsFile }: Environment, app: App): Promise<void> => {
  if (clientsFile === undefined) return;
  const read = readClientsFile(clientsFile);
  if (read.outcome === 'wrong') throw new StartError(read.problem);

  const applied = await app.rules.clientRegistry.registerAll(read.clients, 'file');
  if (applied.outcome === 'registered') return;
  throw new StartError(applied.problems.map((problem) => `CLIENTS_FILE: ${problem}`).join('\n'));
};

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const open = async (variable: 'PORT' | 'DEMO_PORT', port: number, begin: () => Promise<Listening>): Promise<void> => {
  try {
    const listening = await begin();
    opened.push(listening.close);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    throw new StartError(`${variable}: port ${port} is in use. Stop the other program or choose another port.`);
  }
};

const start = async (): Promise<void> => {
  const environment = readConfiguration();
  const { isProduction, port, demoPort, mongodbUri, secretsDir, logLevel } = environment;
  const sandbox = isProduction ? undefined : await import('./sandbox/index.ts');
  const connection = await openStore(environment, sandbox);
  if (!(await claimDeploymentMode(connection, isProduction ? 'production' : 'sandbox'))) {
    throw new StartError(
      'MONGODB_URI: this database belongs to the other mode (NODE_ENV): a sandbox and production never share one.',
    );
  }
  const secrets = openSecrets(environment);

  const issuer = new URL(environment.issuer);
  const demoUrl = sandbox === undefined || demoPort === 'off' ? undefined : `http://127.0.0.1:${demoPort}`;
  const homeLinks = { demoUrl, sandboxUrl: sandbox === undefined ? undefined : '/sandbox/citizens' };
  const log = createLog(logLevel);
  const channels = channelsOf(environment);
  const app = await createApp({
    ...environment,
    connection,
    issuer,
    viewsDir,
    secrets,
    limits,
    channels,
    registry: environment.registry ?? sandbox?.ownRegistry(issuer),
    homeLinks,
    log,
  });
  opened.push(app.close);
  await applyClientsFile(environment, app);

  const lab = await sandbox?.createSandbox({ ...app, issuer, viewsDir, now: () => new Date() });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const isForSandbox = lab !== undefined && /^\/sandbox(\/|\?|$)/.test(request.url ?? '');
    void (isForSandbox ? lab.callback(request, response) : app.callback(request, response));
  };
  // A sandbox shows codes and passwords: to this machine alone.
  const host = isProduction ? {} : { host: '127.0.0.1' };
  await open('PORT', port, () => listen(answer, { port, ...host, limits: limits.server }));
  if (lab !== undefined && demoPort !== 'off') {
    const clientSecret = readDemoClientSecret(secretsDir);
    await open('DEMO_PORT', demoPort, () => lab.startDemo({ port: demoPort, clientSecret, limits: limits.server }));
  }
  opened.push(async () => app.beginClosing());

  for (const line of sandbox?.welcomeLines({ issuer: issuer.origin, demoUrl, isLocal: mongodbUri === undefined }) ?? [])
    say(line);
  const passwords = tellPasswordLeast(environment);
  say(passwords.line);
  say(`Civic ID is ready at ${issuer.origin}`);
  if (passwords.warning !== undefined) log.warn(passwords.warning);
  if (isProduction) warnOfMissingChannels(environment, log);
};

const isForPeople = (error: unknown): error is Error =>
  error instanceof StartError || (error instanceof Error && error.name === 'CannotStart');

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
  const reason = isForPeople(error) ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`Civic ID cannot start.\n${reason ?? ''}\n`);
  await stop(1);
}
