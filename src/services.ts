// Builds the services, bottom up: each from what stands before it.
import { createAccounts } from './accounts/index.ts';
import { createAttempts, type AttemptLimits } from './attempts/index.ts';
import { createCodeMessages } from './code-messages/index.ts';
import { createCodes, createSends, createSmsGuards } from './codes/index.ts';
import { createDelivery, createLogoutCalls, type DeliveryChannels } from './delivery/index.ts';
import { createDevices } from './devices/index.ts';
import { createFlows } from './flows/index.ts';
import { createHashing } from './hashing/index.ts';
import { createJournal, createPastEvents } from './journal/index.ts';
import { createInTransaction, ensureIndexes, type Connection } from './mongo/index.ts';
import { createNotices, createNotMeLinks, createUnusedCodes } from './notices/index.ts';
import { createClientStore, createConsents, createModelStore, createSessionEnds } from './oidc/index.ts';
import { createRegistry, type RegistryConnection } from './registry/index.ts';
import { commonPasswords, createPasswordPolicy, createPasswords } from './passwords/index.ts';
import { createPasskeys, createSecondFactors } from './second-factors/index.ts';
import { createSealing } from './sealing/index.ts';
import { createSessionNotes } from './sessions/index.ts';
import { serviceIndexes } from './service-indexes.ts';
import type { Limits, Secrets } from '../config/index.ts';

export interface ServiceNeeds {
  connection: Connection;
  issuer: URL;
  secrets: Secrets;
  limits: Limits;
  bcryptCost: number;
  /** How many characters a password needs. */
  passwordLeast: number;
  channels: DeliveryChannels;
  /** Where levels are raised; nowhere without it. */
  registry: RegistryConnection | undefined;
  /** Country codes that an SMS may go to. */
  smsCountries: readonly string[];
  isProduction: boolean;
  textsFor: (locale: string | undefined) => (key: string, values?: Record<string, string | number>) => string;
  deployment: { name: string; supportContact: string };
  /** A message that was not taken; nothing personal. */
  noteDeliveryFailure: (message: { channel: string; purpose: string }, tries: number, reason: string) => void;
  noteRegistryFailure: (reason: string) => void;
  now: () => Date;
  random: (bytes: number) => Buffer;
  checkpoint: (name: string) => Promise<void>;
}

const daySeconds = 24 * 3600;

export const createServices = async (needs: ServiceNeeds) => {
  const { connection, secrets, limits, now, random, checkpoint } = needs;
  await ensureIndexes(connection, serviceIndexes);

  const { identifierKey, codeKey } = secrets;
  const inTransaction = createInTransaction(connection);
  const hashing = createHashing(limits.hashing);
  const attemptsWith = (attemptLimits: AttemptLimits) =>
    createAttempts({ connection, key: identifierKey, limits: attemptLimits, now, random });
  const accounts = createAccounts({
    connection,
    identifierKey,
    documentSealing: createSealing(secrets.sealingKeys, 'documents'),
    endedSessionsKept: limits.lifetimes.refreshToken + daySeconds,
    now,
  });
  const clients = createClientStore({ connection, cacheSeconds: limits.clientCacheSeconds, now });
  const { hasEndedSession } = accounts;
  const kept = limits.keptAfterExpiry;
  const modelStore = createModelStore({
    connection,
    sealing: createSealing(secrets.sealingKeys, 'interactions'),
    findClient: clients.find,
    hasEndedSession,
    checkpoint,
    kept,
    now,
  });
  const delivery = createDelivery({
    connection,
    sealingKeys: secrets.sealingKeys,
    channels: needs.channels,
    smsCountries: needs.smsCountries,
    isSandbox: !needs.isProduction,
    now,
    checkpoint,
    noteFailure: needs.noteDeliveryFailure,
  });
  const journal = createJournal({ connection, now });
  const codes = createCodes({ connection, key: codeKey, limits: limits.codes, now });
  const logoutCalls = createLogoutCalls(delivery, now);
  const notMeLinks = createNotMeLinks({
    connection,
    key: codeKey,
    issuer: needs.issuer,
    lifetimeSeconds: limits.notMe.linkSeconds,
    lifetimes: { 'deletion-asked': limits.deletion.afterSeconds },
    now,
  });
  const sends = createSends({ connection, key: codeKey, now, random });
  const registryNeeds = { timeoutSeconds: limits.registrySeconds, noteFailure: needs.noteRegistryFailure };
  const isOn = needs.channels.sms !== undefined;
  const smsGuardFor = createSmsGuards({ connection, sends, limits: limits.sms, isOn, now });

  const codeMessages = createCodeMessages({
    codes,
    delivery,
    journal,
    inTransaction,
    textsFor: needs.textsFor,
    issuerHost: needs.issuer.hostname,
    deployment: needs.deployment,
  });
  const notices = createNotices({
    delivery,
    links: notMeLinks,
    issuerHost: needs.issuer.host,
    textsFor: needs.textsFor,
    deploymentName: needs.deployment.name,
    supportContact: needs.deployment.supportContact,
  });
  const passkeys = createPasskeys({ ...needs, deploymentName: needs.deployment.name });
  const unusedCodes = createUnusedCodes({ sends, limits: limits.unusedCodes, notices, delivery, inTransaction, now });
  const secondFactors = createSecondFactors({
    ...{ connection, passkeys, accounts, codes, codeMessages, sends, unusedCodes, delivery, notices, journal },
    ...{ inTransaction, now, random },
    sealing: createSealing(secrets.sealingKeys, 'second-factors'),
    recoveryKey: identifierKey,
    attempts: attemptsWith(limits.factorAttempts),
    sendRules: limits.codeSends,
    smsGuard: smsGuardFor('second-factor'),
  });

  return {
    inTransaction,
    hashing,
    journal,
    pastEvents: createPastEvents(connection),
    attempts: attemptsWith(limits.signInAttempts),
    codeAttempts: attemptsWith(limits.codeAttempts),
    levelAttempts: attemptsWith(limits.levelChecks),
    registry: needs.registry && createRegistry({ ...needs.registry, ...registryNeeds }),
    passwords: await createPasswords({ hashing, peppers: secrets.passwordPeppers, cost: needs.bcryptCost, random }),
    passwordPolicy: createPasswordPolicy({
      least: needs.passwordLeast,
      most: limits.password.most,
      common: commonPasswords(),
      deploymentName: needs.deployment.name,
      random,
    }),
    accounts,
    sessionNotes: createSessionNotes({ connection, keptSeconds: limits.lifetimes.sessionAbsolute, now }),
    devices: createDevices({ connection, lifetimeSeconds: limits.deviceSeconds, now, random }),
    modelStore,
    sessionEnds: createSessionEnds({
      accounts,
      modelStore,
      inTransaction,
      writeLogoutCalls: logoutCalls.write,
      nudge: delivery.nudge,
      checkpoint,
    }),
    connectLogoutCalls: logoutCalls.connect,
    clients,
    consents: createConsents({ connection, now }),
    codes,
    codeMessages,
    sends,
    smsGuard: smsGuardFor('sign-in'),
    registrationSmsGuard: smsGuardFor('registration'),
    pinSmsGuard: smsGuardFor('pin'),
    contactSmsGuard: smsGuardFor('contact'),
    recoverySmsGuard: smsGuardFor('recovery'),
    recoveryGuesses: attemptsWith(limits.recovery.guessesPerNetwork),
    registrationGuesses: attemptsWith(limits.codeAttempts),
    delivery,
    notMeLinks,
    notices,
    unusedCodes,
    secondFactors,
    passkeys,
    passkeyQuestions: {
      ofBrowser: attemptsWith(limits.passkeyQuestions.ofBrowser),
      ofNetwork: attemptsWith(limits.passkeyQuestions.ofNetwork),
    },
    flows: createFlows({
      connection,
      sealing: createSealing(secrets.sealingKeys, 'flows'),
      lifetimes: limits.flows,
      now,
      random,
    }),
    close: async (): Promise<void> => {
      await delivery.stop();
      await hashing.close();
    },
  };
};

export type Services = Awaited<ReturnType<typeof createServices>>;
