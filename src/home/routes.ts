// The page at the address itself: what this is, in three languages.
import Router from '@koa/router';
import { legalNames, legalPage, type LegalFacts } from './legal-pages.ts';
import type { Page, PageState, Speech, Web } from '../web/index.ts';

/** Links into the sandbox, outside production. */
export interface HomeLinks {
  demoUrl: string | undefined;
  sandboxUrl: string | undefined;
}

export const homePage = ({ t }: Speech, links: HomeLinks): Page => ({
  view: 'home/home',
  title: t('home.title'),
  values: { ...links },
});

export const homeRoutes = (links: HomeLinks, facts: LegalFacts, { show }: Pick<Web, 'show'>) => {
  const router = new Router<PageState>();
  router.get('/', (ctx) => show(ctx, homePage(ctx.state, links)));
  for (const name of legalNames) router.get(`/${name}`, (ctx) => show(ctx, legalPage(ctx.state, name, facts)));
  return router;
};
