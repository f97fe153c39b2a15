// A password is never kept: bcrypt(base64(HMAC-SHA-384(pepper, NFKC(password)))) is, with the id of the pepper (N-04, N-15, N-18).
import { createHmac } from 'node:crypto';
import type { Hashing } from '../hashing/index.ts';

export interface PasswordVerifier {
  hash: string;
  pepperId: string;
}

export interface Pepper {
  id: string;
  key: Buffer;
}

interface Needs {
  hashing: Hashing;
  /** The current one first. */
  peppers: readonly Pepper[];
  cost: number;
  random: (bytes: number) => Buffer;
}

export interface Passwords {
  /** Throws `HashingBusy`. */
  makeVerifier: (password: string) => Promise<PasswordVerifier>;
  /** Costs one hash, also where there is no verifier to compare with. Throws `HashingBusy`. */
  verify: (verifier: PasswordVerifier | undefined, password: string) => Promise<PasswordCheck>;
}

export type PasswordCheck = { outcome: 'right'; isOutdated: boolean } | { outcome: 'wrong' };

/** No password is that long; what is, is compared without the cost of looking at it. */
const longest = 4096;

// NFKC, so that «й» typed on one keyboard is «й» typed on another.
const digest = (pepper: Pepper, password: string): string =>
  createHmac('sha384', pepper.key)
    .update(password.length > longest ? password : password.normalize('NFKC'), 'utf8')
    .digest('base64');

const bcryptPattern = /^\$2b\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;
const costOf = (verifier: PasswordVerifier): number => Number(bcryptPattern.exec(verifier.hash)?.[1] ?? 0);

export const createPasswords = async ({ hashing, peppers, cost, random }: Needs): Promise<Passwords> => {
  const [current] = peppers;
  if (current === undefined) throw new Error('passwords need a pepper');

  const makeVerifier = async (password: string): Promise<PasswordVerifier> => ({
    hash: await hashing.hash(digest(current, password), cost),
    pepperId: current.id,
  });
  const decoy = await makeVerifier(random(32).toString('hex'));

  // A malformed hash would compare in no time and so tell that something is odd with the account: the decoy stands in.
  const usable = (verifier: PasswordVerifier | undefined) => {
    const pepper = peppers.find(({ id }) => id === verifier?.pepperId);
    return verifier === undefined || pepper === undefined || costOf(verifier) === 0 ? undefined : { verifier, pepper };
  };

  return {
    makeVerifier,
    verify: async (verifier, password) => {
      const known = usable(verifier);
      const { verifier: compared, pepper } = known ?? { verifier: decoy, pepper: current };
      const isSame = await hashing.compare(digest(pepper, password), compared.hash);
      if (!isSame || known === undefined) return { outcome: 'wrong' };

      return { outcome: 'right', isOutdated: pepper.id !== current.id || costOf(compared) !== cost };
    },
  };
};
