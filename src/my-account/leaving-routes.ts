// What meets somebody who signs in to an account that is leaving: when it goes, and one button that keeps it.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageState, type Web } from '../web/index.ts';
import { keptPage, leavingPage } from './leaving/pages.ts';
import type { Interactions, WithInteraction } from '../oidc/index.ts';
import type { LeavingRules } from './leaving/leave.ts';

interface Rules {
  leaving: LeavingRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const leavingForm = z.strictObject({ action: z.literal('cancel').optional() });

export const leavingRoutes = (
  { leaving, now }: Rules,
  { interactions, withInteraction, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/leaving' });

  router.get('/', (ctx) =>
    withInteraction(ctx, async (interaction) => {
      const found = await leaving.open(cookies.read(ctx, 'flow'), interaction.uid);
      if (found === undefined) return moveOn(ctx, `/interaction/${interaction.uid}`);
      if (found.state === 'kept') return show(ctx, keptPage(ctx.state, interaction));
      const facts = { profile: found.account.profile, deleteAt: found.deleteAt };
      return show(ctx, leavingPage(ctx.state, interaction, facts, now()));
    }),
  );

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, leavingForm);
    await withInteraction(ctx, async (interaction) => {
      if (form.action === 'cancel') return moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));

      const visit = { ...ctx.state.visit, clientId: interaction.service.clientId };
      await leaving.keep(cookies.read(ctx, 'flow'), interaction.uid, visit);
      return moveOn(ctx, `/interaction/${interaction.uid}/leaving`);
    });
  });

  return router;
};
