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
import { accountPages, myAccountRoutes } from './my-account/index.ts';
import { recoveryPages, recoveryPasswordRoutes, recoveryRoutes } from './recovery/index.ts';
import { createRules } from './rules.ts';
import { pinPages, pinRoutes, type PinNeed } from './pin/index.ts';
import { hasSecondFactor } from './second-factors/index.ts';
import { createServices } from './services.ts';
import { isAlive } from './sessions/index.ts';
import { allSignInRoutes, createWithFreshProof, passkeyPage, signInPages } from './sign-in/index.ts';
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
  const rules = await createRules(services, { ...needs, noteDeletionFailure, textsFor, now, random, checkpoint });
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
  const { supportContact } = deployment;
  const facts = {
    supportContact,
    deploymentName: deployment.name,
    deviceLifetime: limits.deviceSeconds,
    securedPage: (speech: Speech) => notMePages.securedPage(speech, supportContact),
    pinDigits: needs.pinDigits,
    recoveryCookieSeconds: limits.recovery.waitSeconds + limits.recovery.afterWaitSeconds + limits.flows.recovery,
    now,
  };
  const known = { ...services, ...rules, ...facts };
  const routers = [
    homeRoutes(needs.homeLinks, legalFacts, web),
    registrationRoutes(known, http),
    contactRoutes(known, http),
    termsRoutes(rules.terms, http),
    ...levelRoutes(known, http),
    ...allSignInRoutes(known, http),
    ...myAccountRoutes(known, http),
    pinRoutes(known, http),
    recoveryRoutes(known, http),
    recoveryPasswordRoutes(known, http),
    notMeRoutes(known, web),
    operationRoutes(known, http),
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
      account: accountPages,
      passkeyPage,
      notMe: notMePages,
      recovery: recoveryPages,
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
