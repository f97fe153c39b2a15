// The page at the address itself: what this is, in three languages.
import Router from '@koa/router';
import type { PageState, Web } from '../web/index.ts';

/** Links into the sandbox, outside production. */
export interface HomeLinks {
  demoUrl: string | undefined;
  sandboxUrl: string | undefined;
}

export const homeRoutes = (links: HomeLinks, { show }: Pick<Web, 'show'>) => {
  const router = new Router<PageState>();
  router.get('/', (ctx) => show(ctx, { view: 'home/home', title: ctx.state.t('home.title'), values: { ...links } }));
  return router;
};
