// From the code to the new password, the day between them included.
import Router from '@koa/router';
import { describeWait, mistaken, Refusal, type Mistake, type PageContext, type PageState } from '../web/index.ts';
import { codeForm, passwordForm } from './forms.ts';
import { codePage, passwordPage, waitPage } from './pages.ts';
import { createStepHttp, type Open, type RecoveryHttp } from './step-http.ts';
import type { CodeGiven } from './confirm-code.ts';
import type { RecoveryRules } from './recovery.ts';

interface Rules {
  recovery: RecoveryRules;
  passwordPolicy: { least: number; make: () => string };
  now: () => Date;
}

export const recoveryPasswordRoutes = ({ recovery, passwordPolicy, now }: Rules, http: RecoveryHttp) => {
  const { readForm, show } = http;
  const { tokenOf, visitOf, at, goOn } = createStepHttp(recovery, http);
  const router = new Router<PageState>({ prefix: '/recovery' });

  const showCode = async (ctx: PageContext, { answers, ...open }: Open, mistakes: Mistake[] = []): Promise<void> => {
    const isDown = await recovery.isDown(answers.contact);
    await show(ctx, codePage(ctx.state, answers, { ...open, isDown, mistakes }, now()));
  };

  const codeMistake = (ctx: PageContext, given: Exclude<CodeGiven, { outcome: 'right' | 'gone' }>): Mistake[] => {
    switch (given.outcome) {
      case 'wrong':
        return mistaken(ctx, 'code', 'recovery.code.mistake.wrong', { count: given.triesLeft });
      case 'wait':
        return mistaken(ctx, 'code', 'recovery.code.mistake.wait', {
          duration: describeWait(given.until, now(), ctx.state.t),
        });
      case 'over':
      case 'malformed':
        return mistaken(ctx, 'code', `code-page.mistake.${given.outcome}`);
    }
  };

  router.get('/code', (ctx) => at(ctx, ['code'], (open) => showCode(ctx, open)));

  router.post('/code', async (ctx) => {
    const form = await readForm(ctx, codeForm);
    await at(ctx, ['code'], async (open) => {
      const visit = visitOf(ctx, open.from);
      if (form.action !== undefined) {
        const goesTo = form.action === 'other' ? 'other' : open.answers.goesTo;
        await recovery.resend(tokenOf(ctx), goesTo, visit);
        return goOn(ctx);
      }
      const typed = { code: form.code, otherCode: form.other_code };
      const given = await recovery.confirm(tokenOf(ctx), typed, visit);
      if (given.outcome === 'right' || given.outcome === 'gone') return goOn(ctx);
      return showCode(ctx, open, codeMistake(ctx, given));
    });
  });

  router.get('/wait', (ctx) =>
    at(ctx, ['wait'], ({ from, readyAt = now() }) => show(ctx, waitPage(ctx.state, { from }, { readyAt, now: now() }))),
  );

  const showPassword = (ctx: PageContext, { answers, from }: Open, page: { mistakes?: Mistake[]; made?: string }) =>
    show(ctx, passwordPage(ctx.state, answers, { from, least: passwordPolicy.least, ...page }));

  router.get('/password', (ctx) => at(ctx, ['password'], (open) => showPassword(ctx, open, {})));

  router.post('/password', async (ctx) => {
    const form = await readForm(ctx, passwordForm);
    await at(ctx, ['password'], async (open) => {
      if (form.action === 'make') return showPassword(ctx, open, { made: passwordPolicy.make() });
      if (form.new_password !== form.new_password_again) {
        const mistakes = mistaken(ctx, 'new_password_again', 'password.mistake.different');
        return showPassword(ctx, open, { mistakes });
      }
      const given = await recovery.setPassword(tokenOf(ctx), form.new_password, visitOf(ctx, open.from));
      switch (given.outcome) {
        case 'set':
        case 'gone':
          return goOn(ctx);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
        case 'refused': {
          const count = given.missing === undefined ? undefined : { count: given.missing };
          const mistakes = mistaken(ctx, 'new_password', `password.mistake.${given.why}`, count);
          return showPassword(ctx, open, { mistakes });
        }
      }
    });
  });

  return router;
};
