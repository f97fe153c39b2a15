// Where the way to a PIN begins: in a request of a service, or in the account; the password is fresh before the first form.
import Router from '@koa/router';
import { moveOn, type PageState } from '../web/index.ts';
import { noFields, startForm } from './setting/forms.ts';
import { addressOf, notReadyPage, overPage, startPage } from './setting/pages.ts';
import type { SettingHttp, SettingRouteRules, WithStep } from './setting/with-step.ts';

export const startRoutes = (
  { setting, digits, support, now }: SettingRouteRules,
  { cookies, readForm, show, interactions, withInteraction, withPerson, withFreshProof, signedIn }: SettingHttp,
  { tokenOf, fromOf, visitOf, goBack }: WithStep,
) => {
  const router = new Router<PageState>();

  router.post('/interaction/:uid/pin/new', async (ctx) => {
    await readForm(ctx, noFields);
    await withInteraction(ctx, async ({ uid, prompt, accountId, sessionUid, chainId }) => {
      if (prompt !== 'pin') return moveOn(ctx, `/interaction/${uid}`);
      const person = await signedIn(ctx);
      if (person === undefined || person.account.id !== accountId || person.sessionUid !== sessionUid)
        return moveOn(ctx, await interactions.askAgain(ctx));

      cookies.write(ctx, 'pin', await setting.come(person, { uid, chainId }));
      return moveOn(ctx, addressOf('start'));
    });
  });
  router.get('/interaction/:uid/pin/new', (ctx) => moveOn(ctx, `/interaction/${ctx.params['uid'] ?? ''}/pin`));

  router.get(addressOf('start'), (ctx) =>
    withPerson(ctx, async (person) => {
      const open = await setting.open(tokenOf(ctx), person);
      if (open?.step === 'code' || open?.step === 'choose') return moveOn(ctx, addressOf(open.step));

      const [from, look] = [await fromOf(open), await setting.look(person)];
      if (look.missing.length > 0) return show(ctx, notReadyPage(ctx.state, look.missing, from, support));
      return withFreshProof(ctx, person, () => show(ctx, startPage(ctx.state, look, { from, digits }, now())));
    }),
  );

  router.post(addressOf('start'), async (ctx) => {
    const { action } = await readForm(ctx, startForm);
    await withPerson(ctx, async (person) => {
      if (action === 'cancel') return goBack(ctx, person);
      await withFreshProof(ctx, person, async (proof) => {
        const from = await fromOf(await setting.open(tokenOf(ctx), person));
        const begun = await setting.begin(tokenOf(ctx), person, proof, visitOf(ctx, from));
        switch (begun.outcome) {
          case 'sent':
            cookies.write(ctx, 'pin', begun.token);
            return moveOn(ctx, addressOf('code'));
          case 'wait': {
            const look = await setting.look(person);
            return show(ctx, startPage(ctx.state, look, { from, digits, wait: begun.until }, now()));
          }
          case 'closed':
            return show(ctx, overPage(ctx.state, 'closed', { from, until: begun.until, support, status: 422 }, now()));
          case 'not-ready':
            return moveOn(ctx, addressOf('start'));
        }
      });
    });
  });

  return router;
};
