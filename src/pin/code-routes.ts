// The code that came by SMS, and what there is to say where no code helps any more.
import Router from '@koa/router';
import type { PageContext, PageState } from '../web/index.ts';
import { codeForm } from './setting/forms.ts';
import { addressOf, codePage, overPage, type CodeState } from './setting/pages.ts';
import type { Here, SettingHttp, SettingRouteRules, WithStep } from './setting/with-step.ts';

export const codeRoutes = (
  { setting, support, now }: SettingRouteRules,
  { readForm, show }: SettingHttp,
  { tokenOf, visitOf, withStep, goOn, goBack }: WithStep,
) => {
  const router = new Router<PageState>();

  const showCode = (ctx: PageContext, { open, from }: Here, state: Omit<CodeState, 'from' | 'support'> = {}) =>
    show(ctx, codePage(ctx.state, open, { from, support, ...state }, now()));

  router.get(addressOf('code'), (ctx) => withStep(ctx, ['code'], (here) => showCode(ctx, here)));

  router.post(addressOf('code'), async (ctx) => {
    const { action, code } = await readForm(ctx, codeForm);
    await withStep(ctx, ['code'], async (here) => {
      const { person, open, from } = here;
      if (action === 'cancel') return goBack(ctx, person);
      if (action === 'resend') {
        const resent = await setting.resend(tokenOf(ctx), person, visitOf(ctx, from));
        if (resent.outcome !== 'wait') return goOn(ctx, person);
        return showCode(ctx, { ...here, open: { ...open, resendAt: resent.until } }, { isTooSoon: true });
      }

      const given = await setting.confirm(tokenOf(ctx), person, code, visitOf(ctx, from));
      if (given.outcome === 'right' || given.outcome === 'gone') return goOn(ctx, person);
      const count = given.outcome === 'wrong' ? { count: given.triesLeft } : undefined;
      const text = ctx.state.t(`code-page.mistake.${given.outcome}`, count);
      return showCode(ctx, here, { mistakes: [{ field: 'code', text }] });
    });
  });

  router.get(addressOf('used-up'), (ctx) =>
    withStep(ctx, ['used-up', 'closed', 'overtaken'], ({ open, from }) => {
      const why = open.step === 'closed' || open.step === 'overtaken' ? open.step : 'used-up';
      return show(ctx, overPage(ctx.state, why, { from, until: open.closedUntil, support }, now()));
    }),
  );

  return router;
};
