// The PIN twice, or one that we make; and what is said when it is set.
import Router from '@koa/router';
import { Refusal, type Mistake, type PageContext, type PageState } from '../web/index.ts';
import { chooseForm } from './setting/forms.ts';
import { addressOf, choosePage, donePage } from './setting/pages.ts';
import type { Here, SettingHttp, SettingRouteRules, WithStep } from './setting/with-step.ts';

const busy = () => new Refusal('busy', 'hashing queue is full', 5);

export const chooseRoutes = (
  { setting, digits, read }: SettingRouteRules,
  { readForm, show }: SettingHttp,
  { tokenOf, visitOf, waitingRequest, withStep, goOn, goBack }: WithStep,
) => {
  const router = new Router<PageState>();

  const showChoose = (ctx: PageContext, { open, from }: Here, mistakes: Mistake[] = []) =>
    show(ctx, choosePage(ctx.state, { from, digits, secondsLeft: open.secondsLeft, mistakes }));

  const showDone = async (ctx: PageContext, { open, from }: Here, made = ''): Promise<void> => {
    const continueTo = await waitingRequest(open.answers.from);
    const became = open.answers.became === 'created' ? 'created' : 'changed';
    return show(ctx, donePage(ctx.state, became, { from, continueTo, made }));
  };

  router.get(addressOf('choose'), (ctx) => withStep(ctx, ['choose'], (here) => showChoose(ctx, here)));

  /** Shown in the answer itself, once: it is kept nowhere. */
  const make = async (ctx: PageContext, here: Here): Promise<void> => {
    const made = await setting.make(tokenOf(ctx), here.person, visitOf(ctx, here.from));
    if (made.outcome === 'busy') throw busy();
    const open = made.outcome === 'set' ? await setting.open(tokenOf(ctx), here.person) : undefined;
    return made.outcome === 'set' && open !== undefined
      ? showDone(ctx, { ...here, open }, made.pin)
      : goOn(ctx, here.person);
  };

  router.post(addressOf('choose'), async (ctx) => {
    const form = await readForm(ctx, chooseForm);
    await withStep(ctx, ['choose'], async (here) => {
      const mistake = (field: string, key: string) => {
        const text = ctx.state.t(`pin-setting.choose.mistake.${key}`, { count: digits });
        return showChoose(ctx, here, [{ field, text }]);
      };
      if (form.action === 'cancel') return goBack(ctx, here.person);
      if (form.action === 'make') return make(ctx, here);
      const typed = read(form.pin);
      if (typed === undefined) return mistake('pin', 'malformed');
      if (read(form.pin_again) !== typed) return mistake('pin_again', 'different');

      const chosen = await setting.choose(tokenOf(ctx), here.person, typed, visitOf(ctx, here.from));
      switch (chosen.outcome) {
        case 'set':
        case 'gone':
          return goOn(ctx, here.person);
        case 'easy':
          return mistake('pin', 'easy');
        case 'busy':
          throw busy();
      }
    });
  });

  router.get(addressOf('done'), (ctx) => withStep(ctx, ['done'], (here) => showDone(ctx, here)));

  return router;
};
