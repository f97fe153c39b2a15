// What the registry is asked about: date of birth, SNILS, passport, each on a page of its own.
import Router from '@koa/router';
import { partsOfDate } from '../accounts/index.ts';
import { moveOn, type PageContext, type PageState } from '../web/index.ts';
import { nextLevelStep } from './level/answers.ts';
import { birthdateForm, passportForm, readBirthdate, readPassport, readSnils, snilsForm } from './level/forms.ts';
import { levelAddress } from './level/place.ts';
import { levelBirthdatePage, levelPassportPage, levelSnilsPage, passportFields } from './level/pages.ts';
import type { LevelRules } from './level/level.ts';
import type { LevelHttp, LevelVisit, WithLevel } from './level/with-level.ts';

interface Rules {
  level: LevelRules;
  now: () => Date;
}

export const questionRoutes = (
  { level, now }: Rules,
  { readForm, show }: Pick<LevelHttp, 'readForm' | 'show'>,
  { withQuestion }: WithLevel,
) => {
  const router = new Router<PageState>();

  const goOn = async (ctx: PageContext, { token, where, place }: LevelVisit): Promise<void> => {
    const answers = (await level.open(token, where))?.answers;
    moveOn(ctx, levelAddress(place, answers === undefined ? '' : nextLevelStep(answers)));
  };

  router.get('/birthdate', (ctx) =>
    withQuestion(ctx, 'birthdate', ({ place, answers }) =>
      show(ctx, levelBirthdatePage(ctx.state, place, partsOfDate(answers.birthdate))),
    ),
  );

  router.post('/birthdate', async (ctx) => {
    const form = await readForm(ctx, birthdateForm);
    const typed = { day: form.birthdate_day, month: form.birthdate_month, year: form.birthdate_year };
    await withQuestion(ctx, 'birthdate', async (visit) => {
      if (form.action === 'cancel') return visit.leave();
      const { value, mistakes } = readBirthdate(typed, ctx.state, now());
      if (value === undefined) return show(ctx, levelBirthdatePage(ctx.state, visit.place, typed, mistakes));
      await level.giveBirthdate(visit.token, visit.where, value);
      return goOn(ctx, visit);
    });
  });

  router.get('/snils', (ctx) =>
    withQuestion(ctx, 'snils', ({ place, answers }) =>
      show(ctx, levelSnilsPage(ctx.state, place, answers.snils ?? '')),
    ),
  );

  router.post('/snils', async (ctx) => {
    const { snils, action } = await readForm(ctx, snilsForm);
    await withQuestion(ctx, 'snils', async (visit) => {
      if (action === 'cancel') return visit.leave();
      const { value, mistakes } = readSnils(snils, ctx.state);
      if (value === undefined) return show(ctx, levelSnilsPage(ctx.state, visit.place, snils, mistakes));
      await level.giveSnils(visit.token, visit.where, value);
      return goOn(ctx, visit);
    });
  });

  router.get('/passport', (ctx) =>
    withQuestion(ctx, 'passport', ({ place, answers }) =>
      show(ctx, levelPassportPage(ctx.state, place, passportFields(answers))),
    ),
  );

  router.post('/passport', async (ctx) => {
    const form = await readForm(ctx, passportForm);
    const issued = { day: form.issued_day, month: form.issued_month, year: form.issued_year };
    const typed = { passport: form.passport, issued };
    await withQuestion(ctx, 'passport', async (visit) => {
      if (form.action === 'cancel') return visit.leave();
      const birthdate = visit.answers.birthdate ?? '';
      const { value, mistakes } = readPassport(typed, ctx.state, { birthdate, now: now() });
      if (value === undefined) return show(ctx, levelPassportPage(ctx.state, visit.place, typed, mistakes));
      await level.givePassport(visit.token, visit.where, value);
      return goOn(ctx, visit);
    });
  });

  return router;
};
