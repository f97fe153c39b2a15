// One's own data: a page to read, and a file to take away; the password is fresh before either.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { ownDataPage } from './data/page.ts';
import type { WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { OwnDataRules } from './data/own-data.ts';

interface Rules {
  ownData: OwnDataRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const noFields = z.strictObject({});

const sendFile = (ctx: PageContext, file: string): void => {
  ctx.status = 200;
  ctx.attachment('civic-id-data.json');
  ctx.type = 'application/json';
  ctx.body = file;
};

export const dataRoutes = ({ ownData, now }: Rules, { withPerson, withFreshProof, readForm, show }: Http) => {
  const router = new Router<PageState>({ prefix: '/account/data' });

  router.get('/', (ctx) =>
    withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async () => {
        const held = await ownData.read(person.account.id);
        return show(ctx, ownDataPage(ctx.state, person.account, held, now()));
      }),
    ),
  );

  router.post('/', async (ctx) => {
    await readForm(ctx, noFields);
    await withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async (proof) => {
        const given = await ownData.download(person, proof, { ...ctx.state.visit, clientId: undefined });
        return given.outcome === 'given' ? sendFile(ctx, given.file) : moveOn(ctx, '/account/data');
      }),
    );
  });

  return router;
};
