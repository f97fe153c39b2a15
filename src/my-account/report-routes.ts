// "This was not me", said of a line of the history: a page that shows, and a form that does it.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type Page, type PageState, type Speech, type Web } from '../web/index.ts';
import { reportPage } from './report-page.ts';
import type { Visit } from '../web/index.ts';
import type { WithPerson } from '../oidc/index.ts';
import type { History } from './history.ts';

interface Rules {
  history: History;
  /** What `not-me/` does for us, and its page for when it is done; given in app.ts. */
  notMe: {
    report: (accountId: string, event: { kind: string; at: Date; requestId: string }, visit: Visit) => Promise<unknown>;
  };
  securedPage: (speech: Speech) => Page;
  now: () => Date;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  withPerson: WithPerson;
}

const eventQuery = z.string().catch('');
const notMeForm = z.strictObject({ event: z.string() });

export const reportRoutes = ({ history, notMe, securedPage, now }: Rules, { withPerson, readForm, show }: Http) => {
  const router = new Router<PageState>({ prefix: '/account/not-me' });

  router.get('/', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const event = await history.find(
        account.id,
        eventQuery.parse(ctx.query['event'] ?? ctx.state.typed?.get('event')),
      );
      if (event === undefined) return moveOn(ctx, '/account/history');
      return show(ctx, reportPage(ctx.state, account, event, now()));
    }),
  );

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, notMeForm);
    await withPerson(ctx, async ({ account }) => {
      const event = await history.find(account.id, form.event);
      if (event === undefined) return moveOn(ctx, '/account/history');

      const { type: kind, at, requestId } = event;
      await notMe.report(account.id, { kind, at, requestId }, ctx.state.visit);
      return moveOn(ctx, '/account/not-me/done');
    });
  });

  /** Nobody is signed in any more, so this page asks for nobody. */
  router.get('/done', (ctx) => show(ctx, securedPage(ctx.state)));

  return router;
};
