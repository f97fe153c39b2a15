// Where rooms meet: services, then each room's rules, then the provider, then the routes.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createReadClaims, normaliseIdentifier } from './accounts/index.ts';
import { JournalError } from './journal/index.ts';
import { homePage, homeRoutes, type HomeLinks } from './home/index.ts';
import { ensureIndexes, isDuplicate, isReachable, isUnavailable, type Connection } from './mongo/index.ts';
import { claimsOfScope, createProvider, oidcPages } from './oidc/index.ts';
import {
  createConfirmation,
  createOperationStore,
  operationIndexes,
  operationPages,
  operationRoutes,
} from './operations/index.ts';
import { createPin } from './pin/index.ts';
import { createServices } from './services.ts';
import { isAlive, signInTime } from './sessions/index.ts';
import {
  codeRoutes,
  createConsent,
  createNewDevice,
  createSignIn,
  parseNewDeviceAnswers,
  signInPages,
  signInRoutes,
} from './sign-in/index.ts';
import { createHealth, createWeb, isLocale, loadTexts, type Deployment, type Logger } from './web/index.ts';
import type { DeliveryChannels } from './delivery/index.ts';
import type { Limits, Secrets } from '../config/index.ts';

export interface AppNeeds {
  connection: Connection;
  issuer: URL;
  viewsDir: string;
  secrets: Secrets;
  limits: Limits;
  bcryptCost: number;
  pinDigits: 4 | 6;
  newDeviceCodes: boolean;
  smsCountries: readonly string[];
  deployment: Deployment;
  channels: DeliveryChannels;
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

/** Something that we depend on does not answer; the person is told to come back. */
const isAway = (error: unknown): boolean => isUnavailable(error) || error instanceof JournalError;

export const createApp = async (needs: AppNeeds) => {
  const { connection, issuer, viewsDir, deployment, secrets, limits, log } = needs;
  const { now = () => new Date(), random = randomBytes, checkpoint = async () => undefined } = needs;
  const texts = loadTexts(join(viewsDir, 'locales'));
  const textsFor = (locale: string | undefined) => texts[isLocale(locale) ? locale : 'ru'];
  const noteDeliveryFailure = (
    { channel, purpose }: { channel: string; purpose: string },
    tries: number,
    code: string,
  ) => log.warn({ channel, purpose, tries, code }, 'message not delivered yet');

  const services = await createServices({ ...needs, now, random, checkpoint, textsFor, noteDeliveryFailure });
  await ensureIndexes(connection, [operationIndexes]);

  const { hashing } = services;
  const digits = needs.pinDigits;
  const cost = needs.bcryptCost;
  const pinNeeds = { connection, hashing, keys: secrets.pinKeys, cost, digits, limits: limits.pin };
  const pin = createPin({ ...pinNeeds, now, random, checkpoint });
  const operations = createOperationStore({ connection, now });
  const newDevice = createNewDevice({
    ...services,
    isOn: needs.newDeviceCodes,
    flows: services.flows('new-device', parseNewDeviceAnswers),
    sendRules: limits.codeSends,
    unusedCodes: limits.unusedCodes,
    textsFor,
    issuerHost: issuer.hostname,
    deploymentName: deployment.name,
    supportContact: deployment.supportContact,
    now,
  });
  const rules = {
    pin,
    newDevice,
    signIn: createSignIn({ ...services, newDevice, normaliseIdentifier, signInTime, now, checkpoint }),
    consent: createConsent({ ...services, readClaims: createReadClaims(services.accounts), claimsOfScope }),
    confirmation: createConfirmation({
      ...services,
      operations,
      pin,
      isDuplicate,
      triesInRequest: limits.pin.inRequest,
    }),
  };

  const web = createWeb({
    issuer,
    viewsDir,
    deployment,
    texts,
    csrfKey: secrets.csrfKey,
    trustedProxyHops: needs.trustedProxyHops,
    formLimits: limits.form,
    chosenLanguageSeconds: limits.chosenLanguageSeconds,
    log,
    now,
    random,
    isUnavailable: isAway,
  });
  const { app, interactions, withInteraction, clientRegistry, middleware } = createProvider({
    ...secrets,
    ...services,
    issuer,
    lifetimes: limits.lifetimes,
    allowPkceOptional: needs.allowPkceOptional,
    isProduction: needs.isProduction,
    isAlive,
    web,
    now,
    isUnavailable: isAway,
  });

  for (const step of [...web.middleware, ...middleware]) app.use(step);
  const http = { ...web, interactions, withInteraction };
  const routers = [
    homeRoutes(needs.homeLinks, web),
    signInRoutes({ ...rules, now }, http),
    codeRoutes({ newDevice, deviceLifetime: limits.deviceSeconds, now }, http),
    operationRoutes({ ...rules, pinDigits: digits }, http),
  ];
  for (const router of routers) app.use(router.routes()).use(router.allowedMethods());

  let isClosing = false;
  const checks = [async () => ((await isReachable(connection)) ? undefined : 'mongodb')];
  const answerHealth = createHealth({ checks, isClosing: () => isClosing });
  const handle = app.callback();
  services.delivery.start();

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
    /** What each room can show, for the sandbox to lay out. */
    pages: { homePage, ...signInPages, ...operationPages, ...oidcPages },
    services,
    web,
  };
};

export type App = Awaited<ReturnType<typeof createApp>>;
