// Passkeys: what an authenticator is asked, and whether its answer is right. The person was verified by it, or it counts for nothing.
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { parseNewPasskey, parseUsedPasskey } from './passkey-answer.ts';
import { createPasskeyStore, type Passkey } from './passkey-store.ts';
import type { Connection } from '../mongo/index.ts';

/** Whom a new passkey is for, in the words that their authenticator shows. */
export interface PasskeyOwner {
  accountId: string;
  login: string;
  displayName: string;
}

export type NewPasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'isBackedUp'>;
export interface UsedPasskey {
  passkey: Passkey;
  counter: number;
  /** `hwk`: bound to one device, `swk`: kept by several (RFC 8176). */
  amr: string[];
}

interface Needs {
  connection: Connection;
  issuer: URL;
  deploymentName: string;
  random: (bytes: number) => Buffer;
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The library tells what is wrong by throwing; to us everything wrong is alike. */
const orUndefined = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

export const createPasskeys = ({ connection, issuer, deploymentName, random }: Needs) => {
  const store = createPasskeyStore(connection);
  const { readHeld, list, count, add, use, rename, remove, removeAll } = store;
  const { hostname: rpID, origin } = issuer;
  const expected = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true };
  const draw = (): string => random(32).toString('base64url');

  return {
    ...{ readHeld, list, count, add, use, rename, remove, removeAll },
    drawChallenge: draw,
    /** The same for all passkeys of a person: their authenticator keeps one of us, not many. */
    userHandleOf: async (accountId: string): Promise<string> => (await list(accountId))[0]?.userHandle ?? draw(),

    /** What the browser is asked for a new passkey, as JSON. */
    creationOptions: async (owner: PasskeyOwner, challenge: string, userHandle: string): Promise<string> => {
      const has = await list(owner.accountId);
      const options = await generateRegistrationOptions({
        rpName: deploymentName,
        rpID,
        userName: owner.login,
        userDisplayName: owner.displayName,
        userID: bytesOf(userHandle),
        challenge: bytesOf(challenge),
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: has.map(({ credentialId: id, transports }) => ({ id, transports })),
      });
      return JSON.stringify(options);
    },

    /** Whoever has any passkey may answer; with `accountId` that person alone, and their authenticator is told which passkeys are theirs. */
    requestOptions: async (challenge: string, accountId?: string): Promise<string> => {
      const theirs = accountId === undefined ? [] : await list(accountId);
      const options = await generateAuthenticationOptions({
        rpID,
        challenge: bytesOf(challenge),
        userVerification: 'required',
        allowCredentials: theirs.map(({ credentialId: id, transports }) => ({ id, transports })),
      });
      return JSON.stringify(options);
    },

    readNew: async (answer: string, expectedChallenge: string): Promise<NewPasskey | undefined> => {
      const response = parseNewPasskey(answer);
      if (response === undefined) return undefined;
      const verified = await orUndefined(verifyRegistrationResponse({ response, expectedChallenge, ...expected }));
      if (verified?.registrationInfo === undefined) return undefined;

      const { credential, credentialBackedUp: isBackedUp } = verified.registrationInfo;
      const { id: credentialId, publicKey, counter } = credential;
      const { transports } = response.response;
      return { credentialId, publicKey: textOf(publicKey), counter, transports, isBackedUp };
    },

    /** Whether the counter has gone up is decided by `use`. Undefined for a passkey that nobody has, and for a wrong answer. */
    readUsed: async (answer: string, expectedChallenge: string): Promise<UsedPasskey | undefined> => {
      const response = parseUsedPasskey(answer);
      const passkey = response && (await store.findByCredential(response.id));
      if (response === undefined || passkey === undefined) return undefined;

      const credential = { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 };
      const checks = { response, expectedChallenge, credential, ...expected };
      const verified = await orUndefined(verifyAuthenticationResponse(checks));
      if (verified?.verified !== true) return undefined;

      const { newCounter: counter, credentialDeviceType } = verified.authenticationInfo;
      const key = credentialDeviceType === 'singleDevice' ? 'hwk' : 'swk';
      return { passkey, counter, amr: [key, 'user', 'mfa'] };
    },
  };
};

export type Passkeys = ReturnType<typeof createPasskeys>;
