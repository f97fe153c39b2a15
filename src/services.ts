// Builds the services, bottom up: each from what stands before it.
import { randomBytes } from 'node:crypto';
import { accountIndexes, createAccounts } from './accounts/index.ts';
import { attemptIndexes, createAttempts, type AttemptLimits } from './attempts/index.ts';
import { createHashing } from './hashing/index.ts';
import { createJournal, journalIndexes } from './journal/index.ts';
import { ensureIndexes, type Connection } from './mongo/index.ts';
import {
  clientIndexes,
  consentIndexes,
  createClientStore,
  createConsents,
  createModelStore,
  modelIndexes,
} from './oidc/index.ts';
import { createPasswords, type Pepper } from './passwords/index.ts';

export interface ServiceNeeds {
  connection: Connection;
  secrets: { identifierKey: Buffer; passwordPeppers: readonly Pepper[] };
  limits: {
    signInAttempts: AttemptLimits;
    hashing: { queuePerThread: number };
    clientCacheSeconds: number;
    keptAfterExpiry: { pushedRequest: number; codeOrRefreshToken: number; interaction: number; other: number };
  };
  bcryptCost: number;
  now: () => Date;
  random?: (bytes: number) => Buffer;
}

export const createServices = async ({
  connection,
  secrets,
  limits,
  bcryptCost,
  now,
  random = randomBytes,
}: ServiceNeeds) => {
  await ensureIndexes(connection, [
    ...accountIndexes,
    attemptIndexes,
    journalIndexes,
    clientIndexes,
    consentIndexes,
    ...modelIndexes,
  ]);

  const { identifierKey, passwordPeppers } = secrets;
  const hashing = createHashing(limits.hashing);
  const clients = createClientStore({ connection, cacheSeconds: limits.clientCacheSeconds, now });
  return {
    hashing,
    journal: createJournal({ connection, now }),
    attempts: createAttempts({ connection, key: identifierKey, limits: limits.signInAttempts, now, random }),
    passwords: await createPasswords({ hashing, peppers: passwordPeppers, cost: bcryptCost, random }),
    accounts: createAccounts({ connection, identifierKey, now }),
    modelStore: createModelStore({ connection, findClient: clients.find, kept: limits.keptAfterExpiry, now }),
    clients,
    consents: createConsents({ connection, now }),
    close: () => hashing.close(),
  };
};

export type Services = Awaited<ReturnType<typeof createServices>>;
