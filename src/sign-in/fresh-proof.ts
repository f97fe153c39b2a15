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
  by: z.enum(['password', 'password+factor', 'passkey']),
});
export type ProofAnswers = z.infer<typeof answersSchema>;
export const parseProofAnswers = (stored: unknown): ProofAnswers => answersSchema.parse(stored);

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
  hasGivenFactor: boolean;
  hasGivenPassword: boolean;
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
  const needsFactor = async (account: Account): Promise<boolean> =>
    hasSecondFactor(await secondFactors.ofAccount(account));

  /** What this person has shown in this very session, on the page that asks for it, within the last minutes. */
  const shownBy = async ({ account, sessionUid }: Person, token: string | undefined) => {
    const flow = await flows.read(token);
    const isOwn = flow?.answers.accountId === account.id && flow.answers.sessionUid === sessionUid;
    return isOwn && isFresh(flow.answers.provedAt) ? flow : undefined;
  };

  const signedInBy = ({ hasGivenFactor, hasGivenPassword }: Person): FreshProof['by'] => {
    if (!hasGivenFactor) return 'password';
    return hasGivenPassword ? 'password+factor' : 'passkey';
  };

  /** What the person has proved in the last minutes: by signing in, or on the page that asks for it. */
  const find = async (person: Person, token: string | undefined): Promise<FreshProof | undefined> => {
    const { account, sessionUid, since } = person;
    const isMoreNeeded = await needsFactor(account);
    const proof = (provedAt: number, by: FreshProof['by']): FreshProof | undefined =>
      isMoreNeeded && by === 'password'
        ? undefined
        : { accountId: account.id, sessionUid, provedAt: new Date(provedAt), by };

    const bySignIn = isFresh(since * 1000) ? proof(since * 1000, signedInBy(person)) : undefined;
    if (bySignIn !== undefined) return bySignIn;
    const shown = await shownBy(person, token);
    return shown?.step === 'proved' ? proof(shown.answers.provedAt, shown.answers.by) : undefined;
  };

  const prove = async (person: Person, password: string, visit: SignInVisit): Promise<Proved> => {
    const confirmed = await confirmPassword(person.account, password, visit);
    if (confirmed.outcome !== 'right') return confirmed;

    const { account, sessionUid } = person;
    await journal.write({ type: 'password-confirmed', accountId: account.id, ...visit });
    const isAll = !(await needsFactor(account));
    const answers = { accountId: account.id, sessionUid, provedAt: now().getTime(), by: 'password' as const };
    const { token } = await flows.begin(isAll ? 'proved' : 'factor', answers);
    return { outcome: isAll ? 'proved' : 'factor-asked', flowToken: token };
  };

  /** Who signed in without a password proves it in the same way: a passkey has verified its person. Nobody else, or a password would be worth nothing. */
  const mayUsePasskeyAlone = async ({ account, hasGivenPassword }: Person): Promise<boolean> =>
    !hasGivenPassword && (await secondFactors.ofAccount(account)).passkeys > 0;

  const beginByPasskey = async (person: Person) => {
    if (!(await mayUsePasskeyAlone(person))) return undefined;
    const { account, sessionUid } = person;
    return flows.begin('passkey', { accountId: account.id, sessionUid, provedAt: now().getTime(), by: 'passkey' });
  };

  /** Where the factor is asked for, after the password (step `factor`) or in its place (step `passkey`); its flow is what a code by SMS is sent for. */
  const waitingForFactor = async (person: Person, token: string | undefined) => {
    const flow = await shownBy(person, token);
    return flow === undefined || flow.step === 'proved' ? undefined : flow;
  };

  /** The factor was right too. False where the page before it is over. */
  const proveFactor = async (flow: Flow<ProofAnswers>): Promise<boolean> => {
    const by = flow.step === 'passkey' ? 'passkey' : 'password+factor';
    return flows.advance(flow, 'proved', { ...flow.answers, provedAt: now().getTime(), by });
  };

  return { find, prove, mayUsePasskeyAlone, beginByPasskey, waitingForFactor, proveFactor };
};

export type FreshProofRules = ReturnType<typeof createFreshProof>;
