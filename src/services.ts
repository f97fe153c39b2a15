// Builds the services, bottom up: each from what stands before it.
import { randomBytes } from 'node:crypto';
import { accountIndexes, createAccounts } from './accounts/index.ts';
import { attemptIndexes, createAttempts, type AttemptLimits } from './attempts/index.ts';
import { createHashing } from './hashing/index.ts';
import { createJournal, journalIndexes } from './journal/index.ts';
import { createInTransaction, ensureIndexes, type Connection } from './mongo/index.ts';
import {
  clientIndexes,
  consentIndexes,
  createClientStore,
  createConsents,
  createModelStore,
  createSessionEnds,
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
  checkpoint: (name: string) => Promise<void>;
  random?: (bytes: number) => Buffer;
}

export const createServices = async ({
  connection,
  secrets,
  limits,
  bcryptCost,
  now,
  checkpoint,
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
  const accounts = createAccounts({ connection, identifierKey, now });
  const clients = createClientStore({ connection, cacheSeconds: limits.clientCacheSeconds, now });
  const modelStore = createModelStore({
    connection,
    findClient: clients.find,
    hasEndedSession: accounts.hasEndedSession,
    checkpoint,
    kept: limits.keptAfterExpiry,
    now,
  });
  return {
    hashing,
    journal: createJournal({ connection, now }),
    attempts: createAttempts({ connection, key: identifierKey, limits: limits.signInAttempts, now, random }),
    passwords: await createPasswords({ hashing, peppers: passwordPeppers, cost: bcryptCost, random }),
    accounts,
    modelStore,
    sessionEnds: createSessionEnds({ accounts, modelStore, inTransaction: createInTransaction(connection) }),
    clients,
    consents: createConsents({ connection, now }),
    close: () => hashing.close(),
  };
};

export type Services = Awaited<ReturnType<typeof createServices>>;
