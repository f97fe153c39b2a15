// The rules of the account, which are many: what a person can do with what is theirs.
import { randomUUID } from 'node:crypto';
import { normaliseIdentifier, type createReadClaims } from './accounts/index.ts';
import { createHoldings } from './held-data.ts';
import {
  createChangePassword,
  createContacts,
  createFactorSettings,
  createHistory,
  createLeaving,
  createOverview,
  createOwnData,
  createPasskeySettings,
  createProfile,
  createRememberedBrowsers,
  createServicesOfPerson,
  createSignedInBrowsers,
  createSweeper,
  parseAddingAnswers,
  parseContactAnswers,
  parseLeavingAnswers,
  parseSecretAnswers,
} from './my-account/index.ts';
import { isPastItsEnd } from './oidc/index.ts';
import { isAlive } from './sessions/index.ts';
import type { OperationStore } from './operations/index.ts';
import type { PinRules } from './pin/index.ts';
import type { createConfirmPassword } from './sign-in/index.ts';
import type { Limits } from '../config/index.ts';
import type { Services } from './services.ts';

interface Needs {
  limits: Limits;
  /** What other rooms do for this one. */
  pin: PinRules;
  operations: OperationStore;
  confirmPassword: ReturnType<typeof createConfirmPassword>;
  readClaims: ReturnType<typeof createReadClaims>;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
  /** An account whose time is over could not be deleted. */
  noteDeletionFailure: (error: unknown) => void;
}

export const createAccountRules = (services: Services, needs: Needs) => {
  const { limits, pin, operations, confirmPassword, readClaims, now, checkpoint } = needs;
  const holdings = createHoldings({ services, pin, operations });

  return {
    leaving: createLeaving({
      ...services,
      endOperations: operations.endAllOf,
      flows: services.flows('leaving', parseLeavingAnswers),
      afterSeconds: limits.deletion.afterSeconds,
      now,
    }),
    holdings,
    ownData: createOwnData({ ...services, holdings, readClaims, now, checkpoint }),
    sweeper: createSweeper({
      ...services,
      holdings,
      lookSeconds: limits.deletion.lookSeconds,
      newId: randomUUID,
      noteFailure: needs.noteDeletionFailure,
      now,
      checkpoint,
    }),
    signedInBrowsers: createSignedInBrowsers({
      ...services,
      isAlive,
      isPastItsEnd: (since) => isPastItsEnd(limits.lifetimes, since, now()),
    }),
    rememberedBrowsers: createRememberedBrowsers(services),
    servicesOfPerson: createServicesOfPerson({ ...services, readClaims }),
    history: createHistory({ ...services, limits: limits.history, now }),
    overview: createOverview({ pin }),
    factorSettings: createFactorSettings({
      ...services,
      flows: services.flows('factor', parseSecretAnswers),
      isAlive,
      now,
    }),
    profile: createProfile({ ...services, isAlive, now, checkpoint }),
    contacts: createContacts({
      ...services,
      ...limits.contacts,
      smsGuard: services.contactSmsGuard,
      guesses: services.registrationGuesses,
      flows: services.flows('contact', parseContactAnswers),
      readinessOf: pin.readinessOf,
      normaliseIdentifier,
      now,
      checkpoint,
    }),
    changePassword: createChangePassword({ ...services, confirmPassword, isAlive, now, checkpoint }),
    passkeySettings: createPasskeySettings({
      ...services,
      ...limits.passkeys,
      flows: services.flows('passkey-add', parseAddingAnswers),
      isAlive,
      now,
    }),
  };
};
