// Every page of a level begins alike: does this request wait for one, is the person still there, and how far have they come.
import { moveOn, wantsMoreTime, type PageContext, type Web } from '../../web/index.ts';
import { mayOpenLevelStep, nextLevelStep, type LevelAnswers, type LevelStep } from './answers.ts';
import { levelAddress } from './place.ts';
import type { LevelPlace, LevelRules, OpenLevel } from './level.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../../oidc/index.ts';
import type { RegistrationVisit } from '../registration-visit.ts';

export interface LevelHttp extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

export interface LevelVisit extends OpenLevel {
  interaction: OpenInteraction;
  place: LevelPlace;
  token: string | undefined;
}
export type QuestionVisit = LevelVisit & { answers: LevelAnswers };

export const levelVisitOf = (ctx: PageContext, { service }: OpenInteraction): RegistrationVisit => ({
  ...ctx.state.visit,
  clientId: service.clientId,
});

export const createWithLevel = (level: LevelRules, { cookies, interactions, withInteraction }: LevelHttp) => {
  /** Runs `work` where this request waits for a level of the person who is signed in. */
  const withLevel = (ctx: PageContext, work: (visit: LevelVisit) => Promise<void>): Promise<void> =>
    withInteraction(ctx, async (interaction) => {
      const { uid, accountId, neededLevel: needed } = interaction;
      if (accountId === undefined || needed === undefined) return moveOn(ctx, `/interaction/${uid}`);

      const place = { uid, accountId, needed };
      const token = cookies.read(ctx, 'level');
      if (wantsMoreTime(ctx)) await level.extend(token, place);
      const open = await level.open(token, place);
      if (open === undefined) return moveOn(ctx, await interactions.askAgain(ctx));
      return work({ ...open, interaction, place, token });
    });

  /** Runs `work` where the person has come to the question; otherwise leads to the page that is next. */
  const withQuestion = (ctx: PageContext, step: LevelStep, work: (visit: QuestionVisit) => Promise<void>) =>
    withLevel(ctx, async (visit) => {
      const { state, answers, place } = visit;
      if (state.at === 'asking') return moveOn(ctx, levelAddress(place.uid, 'result'));
      const isOver = state.at === 'raised' || state.at === 'centre' || state.at === 'closed';
      if (isOver || answers === undefined) return moveOn(ctx, levelAddress(place.uid));
      if (!mayOpenLevelStep(step, answers)) return moveOn(ctx, levelAddress(place.uid, nextLevelStep(answers)));
      return work({ ...visit, answers });
    });

  return {
    withLevel,
    withQuestion,
    refuse: async (ctx: PageContext, { place, interaction }: LevelVisit): Promise<void> => {
      await level.refuse(place.accountId, levelVisitOf(ctx, interaction));
      moveOn(ctx, await interactions.refuse(ctx, 'level_not_sufficient'));
    },
  };
};

export type WithLevel = ReturnType<typeof createWithLevel>;
