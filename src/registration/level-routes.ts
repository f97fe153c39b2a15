// Between a request and its answer, where the service needs a higher level: what is needed, the questions, what came of it.
import Router from '@koa/router';
import { moveOn, type PageContext, type PageState } from '../web/index.ts';
import { nextLevelStep } from './level/answers.ts';
import { levelForm, sendForm } from './level/forms.ts';
import {
  levelAskingPage,
  levelClosedPage,
  levelNoMatchPage,
  levelRaisedPage,
  levelUnavailablePage,
} from './level/outcome-pages.ts';
import { levelAddress } from './level/place.ts';
import { levelCentrePage, levelCheckPage, levelOfferPage } from './level/pages.ts';
import { createWithLevel, levelVisitOf, type LevelHttp, type LevelVisit } from './level/with-level.ts';
import { questionRoutes } from './question-routes.ts';
import type { LevelRules } from './level/level.ts';

interface Rules {
  level: LevelRules;
  supportContact: string;
  now: () => Date;
}

export const levelRoutes = ({ level, supportContact, now }: Rules, http: LevelHttp) => {
  const { cookies, readForm, show, interactions } = http;
  const router = new Router<PageState>({ prefix: '/interaction/:uid/level' });
  const ways = createWithLevel(level, http);
  const { withLevel, withQuestion, refuse } = ways;

  const showFirst = (ctx: PageContext, { account, state, interaction, place }: LevelVisit): Promise<void> => {
    switch (state.at) {
      case 'raised':
        return show(ctx, levelRaisedPage(ctx.state, interaction, account.level));
      case 'centre': {
        const facts = { level: account.level, needed: place.needed, why: state.why, support: supportContact };
        return show(ctx, levelCentrePage(ctx.state, interaction, facts));
      }
      case 'closed':
        return show(ctx, levelClosedPage(ctx.state, interaction, state.until, supportContact, now()));
      case 'asking':
      case 'no-match':
      case 'unavailable':
      case 'questions':
      case 'offer':
        return show(ctx, levelOfferPage(ctx.state, interaction, account.level));
    }
  };

  router.get('/', (ctx) => withLevel(ctx, (visit) => showFirst(ctx, visit)));

  router.post('/', async (ctx) => {
    const { action } = await readForm(ctx, levelForm);
    await withLevel(ctx, async (visit) => {
      const { state, place, token, answers } = visit;
      if (state.at === 'raised') return moveOn(ctx, await interactions.finishLevel(ctx));
      if (action === 'cancel') return refuse(ctx, visit);
      if (state.at === 'centre' || state.at === 'closed') return moveOn(ctx, levelAddress(place.uid));

      const begun = await level.begin(token, place);
      if (begun !== undefined) cookies.write(ctx, 'level', begun);
      return moveOn(ctx, levelAddress(place.uid, answers === undefined ? 'birthdate' : nextLevelStep(answers)));
    });
  });

  router.get('/check', (ctx) =>
    withQuestion(ctx, 'check', ({ interaction, account, answers, turn }) =>
      show(ctx, levelCheckPage(ctx.state, interaction, account.profile, { ...answers, turn }, supportContact)),
    ),
  );

  /** The button of the last question, and of the page that says that nobody answered. */
  const send = async (ctx: PageContext): Promise<void> => {
    const { action, turn } = await readForm(ctx, sendForm);
    await withQuestion(ctx, 'check', async (visit) => {
      if (action === 'cancel') return refuse(ctx, visit);
      await level.send(visit.token, visit.place, turn, levelVisitOf(ctx, visit.interaction));
      return moveOn(ctx, levelAddress(visit.place.uid, 'result'));
    });
  };
  router.post('/check', send);
  router.post('/result', send);

  router.get('/result', (ctx) =>
    withLevel(ctx, async ({ state, place, interaction, answers, turn }) => {
      if (state.at === 'asking') return show(ctx, levelAskingPage(ctx.state, interaction));
      if (state.at === 'unavailable') return show(ctx, levelUnavailablePage(ctx.state, interaction, turn));
      if (state.at === 'no-match')
        return show(ctx, levelNoMatchPage(ctx.state, interaction, state.triesLeft, supportContact));
      const isOnTheWay = state.at === 'questions' && answers !== undefined;
      return moveOn(ctx, levelAddress(place.uid, isOnTheWay ? nextLevelStep(answers) : ''));
    }),
  );

  const questions = questionRoutes({ level, now }, http, ways);
  return router.use(questions.routes());
};
