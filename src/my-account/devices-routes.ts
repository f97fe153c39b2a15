// The page of browsers and its buttons: each sends the name of one thing to end or to forget.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { devicesDone, devicesPage, type DevicesDone } from './devices-page.ts';
import type { SignedInPerson, WithPerson } from '../oidc/index.ts';
import type { AccountVisit } from './account-visit.ts';
import type { RememberedBrowsers } from './remembered-browsers.ts';
import type { SignedInBrowsers } from './signed-in-browsers.ts';

interface Rules {
  signedInBrowsers: SignedInBrowsers;
  rememberedBrowsers: RememberedBrowsers;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  renewSession: (ctx: PageContext) => Promise<void>;
}

const doneQuery = z.enum(devicesDone).optional().catch(undefined);
const devicesForm = z.union([
  z.strictObject({ end: z.string() }),
  z.strictObject({ end_others: z.literal('yes') }),
  z.strictObject({ forget: z.string() }),
  z.strictObject({ forget_all: z.literal('yes') }),
]);
type DevicesForm = z.infer<typeof devicesForm>;

export const devicesRoutes = (
  { signedInBrowsers, rememberedBrowsers, now }: Rules,
  { withPerson, renewSession, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/account/devices' });

  /** Undefined where the session that asks has just ended itself. */
  const act = async (
    form: DevicesForm,
    person: SignedInPerson,
    visit: AccountVisit,
  ): Promise<DevicesDone | undefined> => {
    const { id } = person.account;
    if ('end' in form) return (await signedInBrowsers.endOne(person, form.end, visit)).outcome;
    if ('forget_all' in form) {
      const { outcome } = await rememberedBrowsers.forgetAll(id, visit);
      return outcome === 'none' ? 'not-remembered' : outcome;
    }
    if ('forget' in form) {
      const { outcome } = await rememberedBrowsers.forget(id, form.forget, visit);
      return outcome === 'unknown' ? 'not-remembered' : outcome;
    }
    const { outcome } = await signedInBrowsers.endOthers(person, visit);
    if (outcome === 'over') return undefined;
    return outcome === 'ended' ? 'others-ended' : outcome;
  };

  router.get('/', (ctx) =>
    withPerson(ctx, async (person) => {
      const browsers = await signedInBrowsers.list(person);
      const remembered = await rememberedBrowsers.list(person.account.id, cookies.read(ctx, 'device'));
      const done = doneQuery.parse(ctx.query['done']);
      return show(ctx, devicesPage(ctx.state, person.account, { browsers, remembered, done }, now()));
    }),
  );

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, devicesForm);
    await withPerson(ctx, async (person) => {
      const done = await act(form, person, { ...ctx.state.visit, clientId: undefined });
      // A copy of this browser's cookie is another browser too.
      if (done === 'others-ended') await renewSession(ctx);
      return moveOn(ctx, done === undefined ? '/account/devices' : `/account/devices?done=${done}`);
    });
  });

  return router;
};
