// Every page of a level begins alike: may it be raised here, is the person still there, and how far have they come.
import { moveOn, wantsMoreTime, type PageContext, type Web } from '../../web/index.ts';
import { mayOpenLevelStep, nextLevelStep, type LevelAnswers, type LevelStep } from './answers.ts';
import { levelAddress } from './place.ts';
import type { Enter, Entered } from './entrances.ts';
import type { LevelPlace, LevelRules, OpenLevel } from './level.ts';
import type { RegistrationVisit } from '../registration-visit.ts';

export type LevelHttp = Pick<Web, 'cookies' | 'readForm' | 'show'>;

export interface LevelVisit extends OpenLevel, Entered {
  /** For the rules. */
  where: LevelPlace;
  token: string | undefined;
}
export type QuestionVisit = LevelVisit & { answers: LevelAnswers };

export const levelVisitOf = (ctx: PageContext, { clientId }: Pick<Entered, 'clientId'>): RegistrationVisit => ({
  ...ctx.state.visit,
  clientId,
});

export const createWithLevel = (level: LevelRules, { cookies }: Pick<LevelHttp, 'cookies'>, enter: Enter) => {
  /** Runs `work` where the person who is signed in may raise their level. */
  const withLevel = (ctx: PageContext, work: (visit: LevelVisit) => Promise<void>): Promise<void> =>
    enter(ctx, async (entered) => {
      const { accountId, needed, lost } = entered;
      const where = { address: entered.place.address, accountId, needed };
      const token = cookies.read(ctx, 'level');
      if (wantsMoreTime(ctx)) await level.extend(token, where);
      const open = await level.open(token, where);
      if (open === undefined) return lost();

      // A request has a time of its own, which ends first.
      const place = { ...entered.place, secondsLeft: entered.place.secondsLeft ?? open.secondsLeft };
      return work({ ...entered, ...open, place, where, token });
    });

  /** Runs `work` where the person has come to the question; otherwise leads to the page that is next. */
  const withQuestion = (ctx: PageContext, step: LevelStep, work: (visit: QuestionVisit) => Promise<void>) =>
    withLevel(ctx, async (visit) => {
      const { state, answers, place } = visit;
      if (state.at === 'asking' || state.at === 'raised') return moveOn(ctx, levelAddress(place, 'result'));
      const isOver = state.at === 'centre' || state.at === 'closed';
      if (isOver || answers === undefined) return moveOn(ctx, levelAddress(place));
      if (!mayOpenLevelStep(step, answers)) return moveOn(ctx, levelAddress(place, nextLevelStep(answers)));
      return work({ ...visit, answers });
    });

  return { withLevel, withQuestion };
};

export type WithLevel = ReturnType<typeof createWithLevel>;
