// Before a credential or a contact changes, the person proves once more who they are, unless they have just done so (ASVS 7.5.1). The proof is good for this session and a few minutes.
import { z } from 'zod';
import type { Account } from '../accounts/index.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import { hasSecondFactor, type SecondFactors } from '../second-factors/index.ts';
import type { FreshProof } from '../sessions/index.ts';
import type { ConfirmPassword, PasswordConfirmation } from './confirm-password.ts';
import type { SignInVisit } from './sign-in-visit.ts';

const answersSchema = z.strictObject({
  accountId: z.string(),
  sessionUid: z.string(),
  /** Epoch milliseconds. */
  provedAt: z.number(),
  by: z.enum(['password', 'password+factor']),
});
export type ProofAnswers = z.infer<typeof answersSchema>;
export const parseProofAnswers = (stored: unknown): ProofAnswers => answersSchema.parse(stored);

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
  hasGivenFactor: boolean;
}

export type Proved =
  | { outcome: 'proved'; flowToken: string }
  /** The password was right; the second factor is still to come. */
  | { outcome: 'factor-asked'; flowToken: string }
  | Exclude<PasswordConfirmation, { outcome: 'right' }>;

interface Needs {
  flows: FlowOf<ProofAnswers>;
  confirmPassword: ConfirmPassword;
  secondFactors: Pick<SecondFactors, 'ofAccount'>;
  journal: Journal;
  /** How long a proof is fresh. */
  freshSeconds: number;
  now: () => Date;
}

export const createFreshProof = (needs: Needs) => {
  const { flows, confirmPassword, secondFactors, journal, freshSeconds, now } = needs;
  const isFresh = (provedAt: number): boolean => now().getTime() - provedAt < freshSeconds * 1000;
  const neededOf = async (account: Account): Promise<FreshProof['by']> =>
    hasSecondFactor(await secondFactors.ofAccount(account)) ? 'password+factor' : 'password';

  /** What this person has shown in this very session, on the page that asks for it, within the last minutes. */
  const shownBy = async ({ account, sessionUid }: Person, token: string | undefined, step: 'factor' | 'proved') => {
    const flow = await flows.read(token);
    const isOwn = flow?.answers.accountId === account.id && flow.answers.sessionUid === sessionUid;
    return isOwn && flow.step === step && isFresh(flow.answers.provedAt) ? flow : undefined;
  };

  /** What the person has proved in the last minutes: by signing in, or on the page that asks for it. */
  const find = async (person: Person, token: string | undefined): Promise<FreshProof | undefined> => {
    const { account, sessionUid, since, hasGivenFactor } = person;
    const needed = await neededOf(account);
    const proof = (provedAt: number, by: FreshProof['by']): FreshProof | undefined =>
      needed === 'password' || by === needed
        ? { accountId: account.id, sessionUid, provedAt: new Date(provedAt), by }
        : undefined;

    const bySignIn = isFresh(since * 1000)
      ? proof(since * 1000, hasGivenFactor ? 'password+factor' : 'password')
      : undefined;
    if (bySignIn !== undefined) return bySignIn;
    const shown = await shownBy(person, token, 'proved');
    return shown === undefined ? undefined : proof(shown.answers.provedAt, shown.answers.by);
  };

  const prove = async (person: Person, password: string, visit: SignInVisit): Promise<Proved> => {
    const confirmed = await confirmPassword(person.account, password, visit);
    if (confirmed.outcome !== 'right') return confirmed;

    const { account, sessionUid } = person;
    await journal.write({ type: 'password-confirmed', accountId: account.id, ...visit });
    const isAll = (await neededOf(account)) === 'password';
    const answers = { accountId: account.id, sessionUid, provedAt: now().getTime(), by: 'password' as const };
    const { token } = await flows.begin(isAll ? 'proved' : 'factor', answers);
    return { outcome: isAll ? 'proved' : 'factor-asked', flowToken: token };
  };

  /** Where the password was right and the factor is asked for; its flow is what a code by SMS is sent for. */
  const waitingForFactor = (person: Person, token: string | undefined) => shownBy(person, token, 'factor');

  /** The factor was right too. False where the page before it is over. */
  const proveFactor = async (flow: Flow<ProofAnswers>): Promise<boolean> =>
    flows.advance(flow, 'proved', { ...flow.answers, provedAt: now().getTime(), by: 'password+factor' });

  return { find, prove, waitingForFactor, proveFactor };
};

export type FreshProofRules = ReturnType<typeof createFreshProof>;
