// Where rooms meet: services, then each room's rules, then the provider, then the routes.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { JournalError } from './journal/index.ts';
import { homePage, homeRoutes, legalPage, type HomeLinks } from './home/index.ts';
import { isReachable, isUnavailable, type Connection } from './mongo/index.ts';
import { notMePages, notMeRoutes } from './not-me/index.ts';
import { createProvider, oidcPages } from './oidc/index.ts';
import { operationPages, operationRoutes } from './operations/index.ts';
import { contactRoutes, levelPages, levelRoutes, newTermsPage } from './registration/index.ts';
import { registrationPages, registrationRoutes, termsRoutes } from './registration/index.ts';
import {
  contactCodeRoutes,
  contactsRoutes,
  reportRoutes,
  accountPages,
  accountRoutes,
  devicesRoutes,
  historyRoutes,
  passwordRoutes,
  passkeyPages,
  passkeyRoutes,
  ownFactorRoutes,
  servicesRoutes,
  deleteRoutes,
  leavingRoutes,
  profileRoutes,
} from './my-account/index.ts';
import { createRules } from './rules.ts';
import { pinPages, pinRoutes, type PinNeed } from './pin/index.ts';
import { hasSecondFactor } from './second-factors/index.ts';
import { createServices } from './services.ts';
import { isAlive } from './sessions/index.ts';
import {
  codeRoutes,
  createWithFreshProof,
  factorRoutes,
  passkeyPage,
  passkeySignInRoutes,
  proofFactorRoutes,
  proofRoutes,
  signInPages,
  signInRoutes,
} from './sign-in/index.ts';
import {
  createHealth,
  createWeb,
  isLocale,
  loadTexts,
  type Deployment,
  type Logger,
  type Speech,
} from './web/index.ts';
import type { DeliveryChannels } from './delivery/index.ts';
import type { RegistryConnection } from './registry/index.ts';
import type { Limits, Secrets } from '../config/index.ts';

export interface AppNeeds {
  connection: Connection;
  issuer: URL;
  viewsDir: string;
  secrets: Secrets;
  limits: Limits;
  bcryptCost: number;
  passwordLeast: number;
  pinDigits: 4 | 6;
  /** What a person needs before they may have a PIN. */
  pinNeeds: readonly PinNeed[];
  newDeviceCodes: boolean;
  smsCountries: readonly string[];
  deployment: Deployment;
  /** Of the terms of use in force: the day that they are from. */
  termsVersion: string;
  channels: DeliveryChannels;
  registry: RegistryConnection | undefined;
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

  const noteRegistryFailure = (code: string) => log.warn({ code }, 'registry has not answered');
  const noteDeletionFailure = (error: unknown) =>
    log.error({ code: error instanceof Error ? error.name : 'unknown' }, 'an account has not been deleted yet');
  const notes = { noteDeliveryFailure, noteRegistryFailure };

  const services = await createServices({ ...needs, ...notes, now, random, checkpoint, textsFor });
  const rules = await createRules(services, { ...needs, noteDeletionFailure, now, random, checkpoint });
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
  const { app, clientRegistry, middleware, ...ways } = createProvider({
    ...secrets,
    ...services,
    issuer,
    termsVersion: needs.termsVersion,
    lifetimes: limits.lifetimes,
    allowPkceOptional: needs.allowPkceOptional,
    isProduction: needs.isProduction,
    hasSecondFactor: async (accountId) => hasSecondFactor(await services.secondFactors.of(accountId)),
    isAlive,
    web,
    now,
    random,
    isUnavailable: isAway,
  });

  for (const step of [...web.middleware, ...middleware]) app.use(step);
  const http = { ...web, ...ways, withFreshProof: createWithFreshProof(rules, web) };
  const legalFacts = {
    termsVersion: needs.termsVersion,
    deployment: deployment.name,
    support: deployment.supportContact,
  };
  const securedPage = (speech: Speech) => notMePages.securedPage(speech, deployment.supportContact);
  const routers = [
    homeRoutes(needs.homeLinks, legalFacts, web),
    registrationRoutes({ ...rules, ...services, now }, http),
    contactRoutes({ ...rules, now }, http),
    termsRoutes(rules.terms, http),
    ...levelRoutes({ ...rules, supportContact: deployment.supportContact, now }, http),
    signInRoutes({ ...rules, now }, http),
    codeRoutes({ ...rules, deviceLifetime: limits.deviceSeconds, now }, http),
    factorRoutes({ ...rules, ...services, deviceLifetime: limits.deviceSeconds, now }, http),
    proofRoutes({ ...rules, now }, http),
    proofFactorRoutes({ ...rules, ...services, now }, http),
    passkeySignInRoutes(rules, http),
    accountRoutes({ ...rules, supportContact: deployment.supportContact }, http),
    passwordRoutes({ ...rules, ...services, now }, http),
    ownFactorRoutes({ ...rules, deploymentName: deployment.name }, http),
    passkeyRoutes(rules, http),
    pinRoutes({ ...rules, supportContact: deployment.supportContact, now }, http),
    profileRoutes({ ...rules, ...services, now }, http),
    contactsRoutes(rules, http),
    contactCodeRoutes({ ...rules, now }, http),
    devicesRoutes({ ...rules, now }, http),
    historyRoutes({ ...rules, now }, http),
    servicesRoutes({ ...rules, now }, http),
    deleteRoutes({ ...rules, supportContact: deployment.supportContact }, http),
    leavingRoutes({ ...rules, now }, http),
    reportRoutes({ ...rules, securedPage, now }, http),
    notMeRoutes({ ...rules, supportContact: deployment.supportContact }, web),
    operationRoutes({ ...rules, pinDigits: needs.pinDigits }, http),
  ];
  for (const router of routers) app.use(router.routes()).use(router.allowedMethods());

  let isClosing = false;
  const checks = [async () => ((await isReachable(connection)) ? undefined : 'mongodb')];
  const answerHealth = createHealth({ checks, isClosing: () => isClosing });
  const handle = app.callback();
  services.delivery.start();
  rules.sweeper.start();

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
    close: async (): Promise<void> => {
      await rules.sweeper.stop();
      await services.close();
    },
    rules: { ...rules, clientRegistry },
    /** What each room can show, for the sandbox to lay out. */
    pages: {
      homePage,
      legalPage,
      newTermsPage,
      ...signInPages,
      ...operationPages,
      ...oidcPages,
      account: { ...accountPages, ...passkeyPages },
      passkeyPage,
      notMe: notMePages,
      pin: pinPages,
      registration: registrationPages,
      level: levelPages,
    },
    termsVersion: needs.termsVersion,
    services,
    web,
  };
};

export type App = Awaited<ReturnType<typeof createApp>>;
