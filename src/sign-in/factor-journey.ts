// A right password of somebody who has a second factor signs nobody in: the sign-in waits here until that was given too.
import { z } from 'zod';
import type { Account } from '../accounts/index.ts';
import type { FlowOf } from '../flows/index.ts';
import { hasSecondFactor } from '../second-factors/index.ts';
import { createFindJourney, type Found } from './find-journey.ts';
import { createKeepSignIn, type CodeBrowser, type KeepNeeds, type Kept } from './keep-sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';

const answersSchema = z.strictObject({ accountId: z.string(), at: z.number(), interactionUid: z.string() });
type FactorAnswers = z.infer<typeof answersSchema>;
export const parseFactorAnswers = (stored: unknown): FactorAnswers => answersSchema.parse(stored);

export type FoundFactorJourney = Found<FactorAnswers>;

interface Needs extends KeepNeeds {
  flows: FlowOf<FactorAnswers>;
}

export const createFactorJourney = (needs: Needs) => {
  const { flows, secondFactors } = needs;
  const keepSignIn = createKeepSignIn(needs);
  const find = createFindJourney(needs);

  return {
    isNeeded: async (account: Account): Promise<boolean> => hasSecondFactor(await secondFactors.ofAccount(account)),
    begin: async (account: Account, at: number, interactionUid: string) => {
      const { token } = await flows.begin('asked', { accountId: account.id, at, interactionUid });
      return { outcome: 'factor-asked', flowToken: token } as const;
    },
    find,
    extend: async (token: string | undefined, interactionUid: string): Promise<void> => {
      const found = await find(token, interactionUid);
      if (found !== undefined) await flows.extend(found.flow);
    },
    /** The factor was right. One caller signs in with it. */
    complete: async (
      { flow, account }: FoundFactorJourney,
      browser: CodeBrowser,
      visit: SignInVisit,
    ): Promise<Kept> => {
      if (!(await flows.end(flow))) return { outcome: 'gone' };
      return keepSignIn(account, { at: flow.answers.at, hasGivenFactor: true }, browser, visit);
    },
  };
};

export type FactorJourney = ReturnType<typeof createFactorJourney>;
