// What the rooms decide: each room's rules from the services, second of the three passes.
import { randomUUID } from 'node:crypto';
import { createAccountRules } from './account-rules.ts';
import { createReadClaims, normaliseIdentifier } from './accounts/index.ts';
import { ensureIndexes, isDuplicate, type Connection } from './mongo/index.ts';
import { createConfirmation, createOperationStore, operationIndexes } from './operations/index.ts';
import { createNotMe } from './not-me/index.ts';
import { createRecovery, parseRecoveryAnswers } from './recovery/index.ts';
import { createPin, parseSettingAnswers, type PinNeed } from './pin/index.ts';
import {
  createLevel,
  createRegistration,
  createTerms,
  parseLevelAnswers,
  parseRegistrationAnswers,
} from './registration/index.ts';
import { signInTime } from './sessions/index.ts';
import {
  createAskedPasskey,
  createConfirmPassword,
  createConsent,
  createFactorJourney,
  createForgetTries,
  createFreshProof,
  createNewDevice,
  createPasskeySignIn,
  createNoteSignIn,
  createSignIn,
  parseAskedPasskey,
  parseFactorAnswers,
  parseNewDeviceAnswers,
  parsePasskeyAnswers,
  parseProofAnswers,
} from './sign-in/index.ts';
import type { Limits, Secrets } from '../config/index.ts';
import type { Services } from './services.ts';

interface Needs {
  connection: Connection;
  secrets: Secrets;
  limits: Limits;
  bcryptCost: number;
  pinDigits: 4 | 6;
  pinNeeds: readonly PinNeed[];
  newDeviceCodes: boolean;
  termsVersion: string;
  issuer: URL;
  deployment: { name: string; supportContact: string };
  textsFor: (locale: string | undefined) => (key: string, values?: Record<string, string | number>) => string;
  now: () => Date;
  random: (bytes: number) => Buffer;
  checkpoint: (name: string) => Promise<void>;
  /** An account whose time is over could not be deleted. */
  noteDeletionFailure: (error: unknown) => void;
}

export const createRules = async (services: Services, needs: Needs) => {
  const { connection, secrets, limits, termsVersion, now, random, checkpoint } = needs;
  await ensureIndexes(connection, [operationIndexes]);

  const operations = createOperationStore({ connection, now });
  const pin = createPin({
    ...services,
    connection,
    keys: secrets.pinKeys,
    cost: needs.bcryptCost,
    digits: needs.pinDigits,
    needs: needs.pinNeeds,
    limits: limits.pin,
    ...limits.pinSetting,
    flows: services.flows('pin', parseSettingAnswers),
    smsGuard: services.pinSmsGuard,
    sendRules: limits.codeSends,
    endOperations: operations.endAllOf,
    now,
    random,
    checkpoint,
  });
  const newDevice = createNewDevice({
    ...services,
    sendRules: limits.codeSends,
    supportContact: needs.deployment.supportContact,
    isOn: needs.newDeviceCodes,
    flows: services.flows('new-device', parseNewDeviceAnswers),
    now,
  });
  const factorJourney = createFactorJourney({
    ...services,
    flows: services.flows('second-factor', parseFactorAnswers),
    now,
  });
  const confirmPassword = createConfirmPassword(services);
  const readClaims = createReadClaims(services.accounts);

  const account = createAccountRules(services, { ...needs, pin, operations, confirmPassword, readClaims });

  return {
    ...account,
    pin,
    newDevice,
    factorJourney,
    freshProof: createFreshProof({
      ...services,
      confirmPassword,
      flows: services.flows('proof', parseProofAnswers),
      freshSeconds: limits.freshProof,
      now,
    }),
    askedPasskey: createAskedPasskey({ ...services, flows: services.flows('passkey-factor', parseAskedPasskey) }),
    passkeySignIn: createPasskeySignIn({
      ...services,
      flows: services.flows('passkey-sign-in', parsePasskeyAnswers),
      leaving: account.leaving,
      signInTime,
      now,
    }),
    signIn: createSignIn({
      ...services,
      newDevice,
      factorJourney,
      leaving: account.leaving,
      noteSignIn: createNoteSignIn({ ...services, now }),
      normaliseIdentifier,
      signInTime,
      now,
      checkpoint,
    }),
    consent: createConsent({ ...services, readClaims }),
    confirmation: createConfirmation({
      ...services,
      operations,
      pin,
      isDuplicate,
      triesInRequest: limits.pin.inRequest,
    }),
    notMe: createNotMe({ ...services, ...limits.notMe, lockPin: pin.lock, now, checkpoint }),
    registration: createRegistration({
      ...services,
      ...limits.registration,
      smsGuard: services.registrationSmsGuard,
      guesses: services.registrationGuesses,
      flows: services.flows('registration', parseRegistrationAnswers),
      normaliseIdentifier,
      termsVersion,
      newId: randomUUID,
      now,
      checkpoint,
    }),
    recovery: createRecovery({
      ...services,
      ...limits.recovery,
      smsGuard: services.recoverySmsGuard,
      guesses: services.recoveryGuesses,
      flows: services.flows('recovery', parseRecoveryAnswers),
      forgetTries: createForgetTries(services),
      textsFor: needs.textsFor,
      issuerHost: needs.issuer.host,
      deployment: needs.deployment,
      normaliseIdentifier,
      now,
      checkpoint,
    }),
    terms: createTerms({ ...services, termsVersion, now }),
    level: createLevel({ ...services, flows: services.flows('level', parseLevelAnswers), now, checkpoint }),
  };
};
