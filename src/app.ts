// Where rooms meet: services, then each room's rules, then the provider, then the routes.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { normaliseIdentifier, standardClaims } from './accounts/index.ts';
import { homeRoutes, type HomeLinks } from './home/index.ts';
import { ensureIndexes, isReachable, isUnavailable, type Connection } from './mongo/index.ts';
import { claimsOfScope, createProvider } from './oidc/index.ts';
import { createConfirmation, createOperationStore, operationIndexes, operationRoutes } from './operations/index.ts';
import { createPin } from './pin/index.ts';
import { createServices } from './services.ts';
import { isAlive, signInTime } from './sessions/index.ts';
import { createConsent, createSignIn, signInRoutes } from './sign-in/index.ts';
import { createHealth, createWeb, type Logger } from './web/index.ts';
import type { Limits, Secrets } from '../config/index.ts';

export interface AppNeeds {
  connection: Connection;
  issuer: URL;
  viewsDir: string;
  secrets: Secrets;
  limits: Limits;
  bcryptCost: number;
  pinDigits: 4 | 6;
  trustedProxyHops: number;
  allowPkceOptional: boolean;
  homeLinks: HomeLinks;
  log: Logger;
  now?: () => Date;
  random?: (bytes: number) => Buffer;
  /** Called at named points between writes; tests end the process there. */
  checkpoint?: (name: string) => Promise<void>;
  isProduction: boolean;
}

export const createApp = async (needs: AppNeeds) => {
  const {
    connection,
    issuer,
    secrets,
    limits,
    log,
    now = () => new Date(),
    random = randomBytes,
    checkpoint = async () => undefined,
  } = needs;
  const services = await createServices({ ...needs, now, random, checkpoint });
  const { accounts, attempts, clients, consents, journal, modelStore, passwords, sessionEnds } = services;

  await ensureIndexes(connection, [operationIndexes]);
  const pin = createPin({
    connection,
    hashing: services.hashing,
    keys: secrets.pinKeys,
    cost: needs.bcryptCost,
    digits: needs.pinDigits,
    limits: limits.pin,
    now,
    random,
    checkpoint,
  });
  const operations = createOperationStore({ connection, now });
  const rules = {
    pin,
    confirmation: createConfirmation({ operations, pin, journal, triesInRequest: limits.pin.inRequest }),
    signIn: createSignIn({ accounts, attempts, passwords, journal, normaliseIdentifier, signInTime, now, checkpoint }),
    consent: createConsent({ accounts, consents, journal, claimsOf: standardClaims, claimsOfScope }),
  };

  const web = createWeb({
    issuer,
    viewsDir: needs.viewsDir,
    csrfKey: secrets.csrfKey,
    trustedProxyHops: needs.trustedProxyHops,
    formLimits: limits.form,
    chosenLanguageSeconds: limits.chosenLanguageSeconds,
    log,
    now,
    random,
    isUnavailable,
  });
  const { app, interactions, withInteraction, clientRegistry, middleware } = createProvider({
    ...secrets,
    issuer,
    lifetimes: limits.lifetimes,
    allowPkceOptional: needs.allowPkceOptional,
    accounts,
    isAlive,
    clients,
    consents,
    modelStore,
    sessionEnds,
    journal,
    isProduction: needs.isProduction,
    web,
    now,
    isUnavailable,
    log,
  });

  for (const step of [...web.middleware, ...middleware]) app.use(step);
  const http = { ...web, interactions, withInteraction };
  const routers = [
    homeRoutes(needs.homeLinks, web),
    signInRoutes({ ...rules, now }, http),
    operationRoutes({ ...rules, pinDigits: needs.pinDigits }, http),
  ];
  for (const router of routers) app.use(router.routes()).use(router.allowedMethods());

  let isClosing = false;
  const answerHealth = createHealth({
    checks: [async () => ((await isReachable(connection)) ? undefined : 'mongodb')],
    isClosing: () => isClosing,
  });
  const handle = app.callback();

  return {
    callback: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (await answerHealth(request, response)) return;
      web.admit(request);
      await handle(request, response);
    },
    /** From now on `/health/ready` says no; requests are still answered. */
    beginClosing: () => {
      isClosing = true;
    },
    close: () => services.close(),
    rules: { ...rules, clientRegistry },
    services,
    web,
  };
};

export type App = Awaited<ReturnType<typeof createApp>>;
