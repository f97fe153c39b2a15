// The services of a person, and the withdrawal from one of them: a page that says what it means, and a form that does it.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageState, type Web } from '../web/index.ts';
import { servicesDone, servicesPage, withdrawPage } from './services/pages.ts';
import type { WithPerson } from '../oidc/index.ts';
import type { ServicesOfPerson } from './services/services.ts';

interface Rules {
  servicesOfPerson: ServicesOfPerson;
  now: () => Date;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  withPerson: WithPerson;
}

const doneQuery = z.enum(servicesDone).optional().catch(undefined);
const serviceQuery = z.string().catch('');
const withdrawForm = z.strictObject({ service: z.string() });

export const servicesRoutes = ({ servicesOfPerson, now }: Rules, { withPerson, readForm, show }: Http) => {
  const router = new Router<PageState>({ prefix: '/account/services' });

  router.get('/', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const services = await servicesOfPerson.list(account);
      const done = doneQuery.parse(ctx.query['done']);
      return show(ctx, servicesPage(ctx.state, account, { services, done }, now()));
    }),
  );

  router.get('/withdraw', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const clientId = serviceQuery.parse(ctx.query['service'] ?? ctx.state.typed?.get('service'));
      const service = await servicesOfPerson.find(account, clientId);
      if (service === undefined) return moveOn(ctx, '/account/services');
      return show(ctx, withdrawPage(ctx.state, account, service));
    }),
  );

  router.post('/withdraw', async (ctx) => {
    const form = await readForm(ctx, withdrawForm);
    await withPerson(ctx, async ({ account }) => {
      const visit = { ...ctx.state.visit, clientId: undefined };
      const { outcome } = await servicesOfPerson.withdraw(account, form.service, visit);
      return moveOn(ctx, `/account/services?done=${outcome}`);
    });
  });

  return router;
};
