// A page that shows and a form behind it: mail scanners follow links, and a visit must change nothing (ATT-R08).
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { askPage, linkOverPage, securedPage, stoppedPage } from './pages.ts';
import type { NotMeRules } from './not-me.ts';

interface Rules {
  notMe: NotMeRules;
  supportContact: string;
}

const noFields = z.strictObject({});

export const notMeRoutes = ({ notMe, supportContact }: Rules, { readForm, show }: Pick<Web, 'readForm' | 'show'>) => {
  const router = new Router<PageState>({ prefix: '/not-me/:token' });
  const tokenOf = (ctx: PageContext & { params: Record<string, string> }): string => ctx.params['token'] ?? '';
  const showOver = (ctx: PageContext) => show(ctx, linkOverPage(ctx.state, supportContact));

  router.get('/', async (ctx) => {
    const event = await notMe.open(tokenOf(ctx));
    await (event === undefined ? showOver(ctx) : show(ctx, askPage(ctx.state, event, tokenOf(ctx))));
  });

  router.post('/', async (ctx) => {
    await readForm(ctx, noFields);
    const { outcome } = await notMe.press(tokenOf(ctx), ctx.state.visit);
    switch (outcome) {
      case 'secured':
      case 'stopped':
        return moveOn(ctx, `/not-me/${tokenOf(ctx)}/done`);
      case 'gone':
        return showOver(ctx);
    }
  });

  router.get('/done', async (ctx) => {
    switch (await notMe.effectOf(tokenOf(ctx))) {
      case 'secured':
        return show(ctx, securedPage(ctx.state, supportContact));
      case 'stopped':
        return show(ctx, stoppedPage(ctx.state, supportContact));
      case undefined:
        return showOver(ctx);
    }
  });

  return router;
};
