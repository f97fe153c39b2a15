// Whose code this browser waits for, as long as that sign-in still counts.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Flow, FlowOf } from '../flows/index.ts';

/** What a sign-in that is under way keeps at least; `at`: when the password was right, in epoch seconds. */
export interface JourneyAnswers {
  accountId: string;
  at: number;
  interactionUid: string;
}

/** A flow and whose it is. */
export interface Found<Answers extends JourneyAnswers> {
  flow: Flow<Answers>;
  account: Account;
}

interface Needs<Answers extends JourneyAnswers> {
  flows: FlowOf<Answers>;
  accounts: Accounts;
}

export const createFindJourney = <Answers extends JourneyAnswers>({ flows, accounts }: Needs<Answers>) => {
  /** The flow of this browser, for the interaction it was begun in, of a person who may still sign in. */
  return async (token: string | undefined, interactionUid: string): Promise<Found<Answers> | undefined> => {
    const flow = await flows.read(token);
    if (flow === undefined || flow.answers.interactionUid !== interactionUid) return undefined;
    const account = await accounts.find(flow.answers.accountId);
    if (account?.state !== 'active') return undefined;
    // The password that was right then counts only while no later change has ended all sign-ins.
    return flow.answers.at * 1000 >= account.sessionsValidFrom.getTime() ? { flow, account } : undefined;
  };
};
