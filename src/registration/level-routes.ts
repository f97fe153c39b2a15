// What is needed for a level, the questions, what came of it: between a request of a service and its answer, and in the account.
import Router from '@koa/router';
import { moveOn, type PageContext, type PageState } from '../web/index.ts';
import { nextLevelStep } from './level/answers.ts';
import { createEnterFromAccount, createEnterFromRequest, levelInAccount, type Enter } from './level/entrances.ts';
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
import type { Interactions, WithInteraction, WithPerson } from '../oidc/index.ts';

interface Rules {
  level: LevelRules;
  supportContact: string;
  now: () => Date;
}

interface Http extends LevelHttp {
  interactions: Interactions;
  withInteraction: WithInteraction;
  withPerson: WithPerson;
}

/** The same pages and rules at one of the two places. */
const routesAt = (prefix: string, enter: Enter, { level, supportContact, now }: Rules, http: LevelHttp) => {
  const { cookies, readForm, show } = http;
  const router = new Router<PageState>({ prefix });
  const ways = createWithLevel(level, http, enter);
  const { withLevel, withQuestion } = ways;

  const showFirst = (ctx: PageContext, { account, state, place, needed, goOn }: LevelVisit): Promise<void> => {
    switch (state.at) {
      case 'raised':
        return place.service === undefined ? goOn() : show(ctx, levelRaisedPage(ctx.state, place, account.level));
      case 'centre': {
        const facts = { level: account.level, needed, why: state.why, support: supportContact };
        return show(ctx, levelCentrePage(ctx.state, place, facts));
      }
      case 'closed':
        return show(ctx, levelClosedPage(ctx.state, place, state.until, supportContact, now()));
      case 'asking':
      case 'no-match':
      case 'unavailable':
      case 'questions':
      case 'offer':
        return show(ctx, levelOfferPage(ctx.state, place, account.level));
    }
  };

  router.get('/', (ctx) => withLevel(ctx, (visit) => showFirst(ctx, visit)));

  router.post('/', async (ctx) => {
    const { action } = await readForm(ctx, levelForm);
    await withLevel(ctx, async ({ state, place, where, token, answers, goOn, leave }) => {
      if (state.at === 'raised') return goOn();
      if (action === 'cancel') return leave();
      if (state.at === 'centre' || state.at === 'closed') return moveOn(ctx, levelAddress(place));

      const begun = await level.begin(token, where);
      if (begun !== undefined) cookies.write(ctx, 'level', begun);
      return moveOn(ctx, levelAddress(place, answers === undefined ? 'birthdate' : nextLevelStep(answers)));
    });
  });

  router.get('/check', (ctx) =>
    withQuestion(ctx, 'check', ({ place, account, answers, turn }) =>
      show(ctx, levelCheckPage(ctx.state, place, account.profile, { ...answers, turn }, supportContact)),
    ),
  );

  /** The button of the last question, and of the page that says that nobody answered. */
  const send = async (ctx: PageContext): Promise<void> => {
    const { action, turn } = await readForm(ctx, sendForm);
    await withQuestion(ctx, 'check', async (visit) => {
      if (action === 'cancel') return visit.leave();
      await level.send(visit.token, visit.where, turn, levelVisitOf(ctx, visit));
      return moveOn(ctx, levelAddress(visit.place, 'result'));
    });
  };
  router.post('/check', send);
  router.post('/result', send);

  router.get('/result', (ctx) =>
    withLevel(ctx, async ({ state, account, place, answers, turn }) => {
      switch (state.at) {
        case 'raised':
          return show(ctx, levelRaisedPage(ctx.state, place, account.level));
        case 'asking':
          return show(ctx, levelAskingPage(ctx.state, place));
        case 'unavailable':
          return show(ctx, levelUnavailablePage(ctx.state, place, turn));
        case 'no-match':
          return show(ctx, levelNoMatchPage(ctx.state, place, state.triesLeft, supportContact));
        case 'questions':
          return moveOn(ctx, levelAddress(place, answers === undefined ? '' : nextLevelStep(answers)));
        case 'centre':
        case 'closed':
        case 'offer':
          return moveOn(ctx, levelAddress(place));
      }
    }),
  );

  return router.use(questionRoutes({ level, now }, http, ways).routes());
};

export const levelRoutes = (rules: Rules, http: Http) => [
  routesAt('/interaction/:uid/level', createEnterFromRequest(http, rules.level), rules, http),
  routesAt(levelInAccount, createEnterFromAccount(http), rules, http),
];
