// The account at a glance, its security, help, and the way in.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageState, type Web } from '../web/index.ts';
import { accountHelpPage, accountHomePage, doneKinds, entryLostPage, securityPage } from './pages.ts';
import type { Entry, WithPerson } from '../oidc/index.ts';
import type { PageContext } from '../web/index.ts';
import type { FactorSettings } from './factors/factor-settings.ts';
import type { ReadOverview } from './overview.ts';

interface Rules {
  overview: ReadOverview;
  factorSettings: Pick<FactorSettings, 'of'>;
  supportContact: string;
}

interface Http extends Pick<Web, 'show'> {
  withPerson: WithPerson;
  readEntry: (ctx: PageContext) => Entry;
}

const doneQuery = z.enum(doneKinds).optional().catch(undefined);
const referenceQuery = z
  .string()
  .regex(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/)
  .catch('');

export const accountRoutes = (
  { overview, factorSettings, supportContact }: Rules,
  { withPerson, readEntry, show }: Http,
) => {
  const router = new Router<PageState>();

  router.get('/account', (ctx) =>
    withPerson(ctx, async ({ account }) => show(ctx, accountHomePage(ctx.state, await overview(account)))),
  );

  router.get('/account/security', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const done = doneQuery.parse(ctx.query['done']);
      const shown = { ...(await overview(account)), factors: await factorSettings.of(account) };
      return show(ctx, securityPage(ctx.state, shown, done));
    }),
  );

  router.get('/account/help', (ctx) =>
    withPerson(ctx, ({ account }) => {
      const reference = referenceQuery.parse(ctx.query['reference']);
      return show(ctx, accountHelpPage(ctx.state, account, { reference, support: supportContact }));
    }),
  );

  router.get('/account/callback', (ctx) => {
    const entry = readEntry(ctx);
    switch (entry.outcome) {
      case 'entered':
        return moveOn(ctx, entry.path);
      case 'cancelled':
        return moveOn(ctx, '/');
      case 'foreign':
        return show(ctx, entryLostPage(ctx.state));
    }
  });

  /** Where browsers and password managers look for it (W3C, A Well-Known URL for Changing Passwords). */
  router.get('/.well-known/change-password', (ctx) => ctx.redirect('/account/password'));

  return router;
};
