// The page between a sign-in and a service when the terms of use have changed.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type Page, type PageContext, type PageState, type Speech, type Web } from '../web/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { TermsRules } from './terms.ts';

interface Http extends Pick<Web, 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const termsForm = z.strictObject({ action: z.literal('cancel').optional() });

export const newTermsPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>,
): Page => ({
  view: 'registration/terms',
  title: t('terms-page.title'),
  action: `/interaction/${uid}/terms`,
  secondsLeft,
  values: { service },
});

export const termsRoutes = (terms: TermsRules, { interactions, withInteraction, readForm, show }: Http) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/terms' });

  const withTerms = (ctx: PageContext, work: (accountId: string, interaction: OpenInteraction) => Promise<void>) =>
    withInteraction(ctx, async (interaction) => {
      const { prompt, accountId, uid } = interaction;
      return prompt === 'terms' && accountId !== undefined
        ? work(accountId, interaction)
        : moveOn(ctx, `/interaction/${uid}`);
    });

  router.get('/', (ctx) =>
    withTerms(ctx, (_accountId, interaction) => show(ctx, newTermsPage(ctx.state, interaction))),
  );

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, termsForm);
    await withTerms(ctx, async (accountId, { service }) => {
      const visit = { ...ctx.state.visit, clientId: service.clientId };
      if (form.action === 'cancel') {
        await terms.refuse(accountId, visit);
        return moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));
      }

      await terms.accept(accountId, visit);
      return moveOn(ctx, await interactions.finishTerms(ctx));
    });
  });

  return router;
};
