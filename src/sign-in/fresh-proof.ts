// Before a credential or a contact changes, the person proves once more who they are, unless they have just done so (ASVS 7.5.1). The proof is good for this session and a few minutes.
import { z } from 'zod';
import type { Account } from '../accounts/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { FreshProof } from '../sessions/index.ts';
import type { ConfirmPassword, PasswordConfirmation } from './confirm-password.ts';
import type { SignInVisit } from './sign-in-visit.ts';

const answersSchema = z.strictObject({
  accountId: z.string(),
  sessionUid: z.string(),
  /** Epoch milliseconds. */
  provedAt: z.number(),
});
export type ProofAnswers = z.infer<typeof answersSchema>;
export const parseProofAnswers = (stored: unknown): ProofAnswers => answersSchema.parse(stored);

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

export type Proved = { outcome: 'proved'; flowToken: string } | Exclude<PasswordConfirmation, { outcome: 'right' }>;

interface Needs {
  flows: FlowOf<ProofAnswers>;
  confirmPassword: ConfirmPassword;
  journal: Journal;
  /** How long a proof is fresh. */
  freshSeconds: number;
  now: () => Date;
}

export const createFreshProof = ({ flows, confirmPassword, journal, freshSeconds, now }: Needs) => {
  const proofOf = ({ account, sessionUid }: Person, provedAt: number): FreshProof => ({
    accountId: account.id,
    sessionUid,
    provedAt: new Date(provedAt),
    by: 'password',
  });
  const isFresh = (provedAt: number): boolean => now().getTime() - provedAt < freshSeconds * 1000;

  /** What the person has proved in the last minutes: by signing in, or on the page that asks for it. */
  const find = async (person: Person, token: string | undefined): Promise<FreshProof | undefined> => {
    const signedInAt = person.since * 1000;
    if (isFresh(signedInAt)) return proofOf(person, signedInAt);

    const answers = (await flows.read(token))?.answers;
    const isOwn = answers?.accountId === person.account.id && answers.sessionUid === person.sessionUid;
    return isOwn && isFresh(answers.provedAt) ? proofOf(person, answers.provedAt) : undefined;
  };

  const prove = async (person: Person, password: string, visit: SignInVisit): Promise<Proved> => {
    const confirmed = await confirmPassword(person.account, password, visit);
    if (confirmed.outcome !== 'right') return confirmed;

    const { account, sessionUid } = person;
    await journal.write({ type: 'password-confirmed', accountId: account.id, ...visit });
    const { token } = await flows.begin('proved', { accountId: account.id, sessionUid, provedAt: now().getTime() });
    return { outcome: 'proved', flowToken: token };
  };

  return { find, prove };
};

export type FreshProofRules = ReturnType<typeof createFreshProof>;
