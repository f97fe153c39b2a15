// The way out of the account: the password once more, what is lost, four digits typed, and a week to think again.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageState, type Web } from '../web/index.ts';
import { deleteAskedPage, deletePage } from './leaving/pages.ts';
import type { WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { LeavingRules } from './leaving/leave.ts';

interface Rules {
  leaving: LeavingRules;
  supportContact: string;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const deleteForm = z.strictObject({ account_digits: z.string().default('') });

export const deleteRoutes = (
  { leaving, supportContact }: Rules,
  { withPerson, withFreshProof, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/account/delete' });

  router.get('/', (ctx) =>
    withPerson(ctx, (person) =>
      withFreshProof(ctx, person, () => show(ctx, deletePage(ctx.state, person.account, {}))),
    ),
  );

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, deleteForm);
    await withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async (proof) => {
        const visit = { ...ctx.state.visit, clientId: undefined };
        const asked = await leaving.ask(person, { proof, typed: form.account_digits }, visit);
        switch (asked.outcome) {
          case 'leaving':
            return moveOn(ctx, '/account/delete/asked');
          case 'mistyped': {
            const mistakes = [{ field: 'account_digits', text: ctx.state.t('leaving.ask.mistake') }];
            return show(ctx, deletePage(ctx.state, person.account, { mistakes }));
          }
          case 'over':
            return moveOn(ctx, '/account/delete');
        }
      }),
    );
  });

  router.get('/asked', (ctx) => show(ctx, deleteAskedPage(ctx.state, supportContact)));

  return router;
};
