// The pages of a PIN: the way to one, and the reminder that is put away.
import Router from '@koa/router';
import { moveOn, type PageState } from '../web/index.ts';
import { chooseRoutes } from './choose-routes.ts';
import { codeRoutes } from './code-routes.ts';
import { laterForm } from './setting/forms.ts';
import { startRoutes } from './start-routes.ts';
import { createWithStep, type SettingHttp } from './setting/with-step.ts';
import type { PinRules } from './pin.ts';

interface Rules {
  pin: PinRules;
  supportContact: string;
  now: () => Date;
}

export const pinRoutes = ({ pin, supportContact: support, now }: Rules, http: SettingHttp) => {
  const rules = { ...pin, support, now };
  const ways = createWithStep(pin.setting, http);
  const router = new Router<PageState>();

  router.post('/account/pin/remind-later', async (ctx) => {
    const { back } = await http.readForm(ctx, laterForm);
    await http.withPerson(ctx, async ({ account }) => {
      await pin.dismissReminder(account.id);
      moveOn(ctx, back === 'security' ? '/account/security' : '/account');
    });
  });
  router.get('/account/pin/remind-later', (ctx) => moveOn(ctx, '/account'));

  for (const routes of [startRoutes, codeRoutes, chooseRoutes]) router.use(routes(rules, http, ways).routes());
  return router;
};
