// The history, a page at a time; an address that makes no sense shows the newest.
import Router from '@koa/router';
import { z } from 'zod';
import type { PageState, Web } from '../web/index.ts';
import { historyGroups } from './history-groups.ts';
import { historyPage } from './history-page.ts';
import type { WithPerson } from '../oidc/index.ts';
import type { History } from './history.ts';

interface Rules {
  history: History;
  now: () => Date;
}

interface Http extends Pick<Web, 'show'> {
  withPerson: WithPerson;
}

const groupQuery = z.enum(historyGroups).optional().catch(undefined);
const beforeQuery = z.string().optional().catch(undefined);

export const historyRoutes = ({ history, now }: Rules, { withPerson, show }: Http) => {
  const router = new Router<PageState>({ prefix: '/account/history' });

  router.get('/', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const group = groupQuery.parse(ctx.query['show']);
      const page = await history.read(account.id, { group, before: beforeQuery.parse(ctx.query['before']) });
      return show(ctx, historyPage(ctx.state, account, { ...page, group }, now()));
    }),
  );

  return router;
};
