// One question a page: each POST moves on to the next one, each GET shows what has been answered.
import Router from '@koa/router';
import { mistaken, moveOn, Refusal, type Mistake, type PageContext, type PageState } from '../web/index.ts';
import { checkForm, nameForm, noFields, passwordForm, readNameForm } from './forms.ts';
import { missingKind } from './missing-kind.ts';
import { checkPage, donePage, namePage, passwordPage, takenPage } from './pages.ts';
import { addressOf } from './question-page.ts';
import { createStepHttp, type Open, type StepHttp } from './step-http.ts';
import type { RegistrationRules } from './registration.ts';

interface Rules {
  registration: RegistrationRules;
  passwordPolicy: { least: number; make: () => string };
  now: () => Date;
}

export const registrationRoutes = ({ registration, passwordPolicy, now }: Rules, http: StepHttp) => {
  const { cookies, readForm, show, interactions, withInteraction } = http;
  const router = new Router<PageState>();

  const { tokenOf, visitOf, fromOf, withStep, goOn } = createStepHttp(registration, http);

  router.get('/registration', async (ctx) => {
    const open = await registration.open(tokenOf(ctx), 'name');
    const asked = ctx.state.typed?.get('from') ?? ctx.query['from'];
    const fromUid = typeof asked === 'string' ? asked.slice(0, 64) : (open?.answers.from ?? '');
    const nobody = { familyName: '', givenName: '', middleName: '' };
    const name = open?.isHere === true ? open.answers : nobody;
    await show(ctx, namePage(ctx.state, name, { from: await fromOf(fromUid), fromUid }, now()));
  });

  router.post('/registration', async (ctx) => {
    const form = await readForm(ctx, nameForm);
    const from = await fromOf(form.from);
    const { name, mistakes } = readNameForm(form, ctx.state);
    const page = { from, fromUid: form.from };
    if (mistakes.length > 0) return show(ctx, namePage(ctx.state, name, { ...page, mistakes }, now()));

    const renamed = await registration.rename(tokenOf(ctx), name, form.from);
    if (renamed.outcome === 'renamed') return goOn(ctx);

    const begun = await registration.begin(name, form.from, ctx.state.locale, visitOf(ctx, from));
    if (begun.outcome === 'wait') return show(ctx, namePage(ctx.state, name, { ...page, wait: begun.until }, now()));
    cookies.write(ctx, 'registration', begun.token);
    return moveOn(ctx, addressOf('contact'));
  });

  const showPassword = (ctx: PageContext, { answers, from }: Open, page: { mistakes?: Mistake[]; made?: string }) =>
    show(ctx, passwordPage(ctx.state, answers, { from, least: passwordPolicy.least, ...page }));

  router.get('/registration/password', (ctx) => withStep(ctx, 'password', (open) => showPassword(ctx, open, {})));

  router.post('/registration/password', async (ctx) => {
    const form = await readForm(ctx, passwordForm);
    await withStep(ctx, 'password', async (open) => {
      if (form.action === 'make') return showPassword(ctx, open, { made: passwordPolicy.make() });
      if (form.new_password !== form.new_password_again) {
        return showPassword(ctx, open, { mistakes: mistaken(ctx, 'new_password_again', 'password.mistake.different') });
      }

      const given = await registration.givePassword(tokenOf(ctx), form.new_password, open.from?.name);
      switch (given.outcome) {
        case 'given':
        case 'gone':
          return goOn(ctx);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
        case 'refused': {
          const count = given.missing === undefined ? undefined : { count: given.missing };
          return showPassword(ctx, open, {
            mistakes: mistaken(ctx, 'new_password', `password.mistake.${given.why}`, count),
          });
        }
      }
    });
  });

  router.get('/registration/check', (ctx) =>
    withStep(ctx, 'check', ({ answers, from }) => show(ctx, checkPage(ctx.state, answers, { from }))),
  );

  router.post('/registration/check', async (ctx) => {
    const { terms } = await readForm(ctx, checkForm);
    await withStep(ctx, 'check', async ({ answers, from }) => {
      if (terms === undefined) {
        const mistakes = mistaken(ctx, 'terms', 'registration.check.mistake.terms');
        return show(ctx, checkPage(ctx.state, answers, { from, mistakes }));
      }

      const created = await registration.create(tokenOf(ctx), visitOf(ctx, from));
      if (created.outcome !== 'taken') return goOn(ctx);
      return show(ctx, takenPage(ctx.state, from, answers.from === '' ? '' : `/interaction/${answers.from}`));
    });
  });

  router.get('/registration/done', (ctx) =>
    withStep(ctx, 'done', ({ answers, from, mayAddSecond }) => {
      const continueTo = from === undefined ? '' : `/interaction/${answers.from}/registered`;
      const missing = missingKind(answers);
      const isLate = missing !== undefined && !mayAddSecond;
      const second = { missing, isLate, isTaken: answers.isSecondTaken };
      return show(ctx, donePage(ctx.state, { from, continueTo, second }));
    }),
  );

  /** Back in the request that the person came from: signed in by what they have just proved. */
  router.post('/interaction/:uid/registered', async (ctx) => {
    await readForm(ctx, noFields);
    await withInteraction(ctx, async (interaction) => {
      const here = `/interaction/${interaction.uid}`;
      const open = await registration.open(tokenOf(ctx), 'done');
      if (interaction.prompt !== 'login' || open?.answers.from !== interaction.uid) return moveOn(ctx, here);
      const finished = await registration.finish(tokenOf(ctx));
      return moveOn(ctx, finished === undefined ? here : await interactions.finishSignIn(ctx, finished));
    });
  });
  router.get('/interaction/:uid/registered', (ctx) => moveOn(ctx, `/interaction/${ctx.params['uid'] ?? ''}`));

  return router;
};
