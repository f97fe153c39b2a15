// The page that asks for the code when the password was right and the browser is new.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, wantsMoreTime, type PageContext, type PageState, type Web } from '../web/index.ts';
import { codeOverPage, codePage, type CodeState } from './pages.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { CodePage, Resent } from './code-journey.ts';
import type { NewDeviceRules } from './new-device.ts';

interface Rules {
  newDevice: NewDeviceRules;
  /** Seconds that a browser is remembered. */
  deviceLifetime: number;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const codeForm = z.strictObject({
  action: z.enum(['cancel', 'resend', 'other']).optional(),
  code: z.string().default(''),
  remember_browser: z.literal('yes').optional(),
});

export const codeRoutes = (
  { newDevice, deviceLifetime, now }: Rules,
  { interactions, withInteraction, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/code' });

  const showForCode = (ctx: PageContext, interaction: OpenInteraction, page: CodePage, state: CodeState) =>
    show(ctx, codePage(ctx.state, interaction, page, state, now()));

  const showCode = (ctx: PageContext, interaction: OpenInteraction, page: CodePage) => {
    const { step } = page;
    if (step === 'sent') return showForCode(ctx, interaction, page, {});
    return show(ctx, codeOverPage(ctx.state, interaction, { ...page, step }, now()));
  };

  /** Runs `work` where this browser waits for a code, otherwise begins the sign-in again. */
  const withCode = (
    ctx: PageContext,
    work: (interaction: OpenInteraction, page: CodePage, token: string) => Promise<void>,
  ) =>
    withInteraction(ctx, async (interaction) => {
      const token = cookies.read(ctx, 'flow') ?? '';
      if (wantsMoreTime(ctx)) await newDevice.extend(token, interaction.uid);
      const page = interaction.prompt === 'login' ? await newDevice.open(token, interaction.uid) : undefined;
      return page === undefined ? moveOn(ctx, `/interaction/${interaction.uid}`) : work(interaction, page, token);
    });

  const answerResend = (ctx: PageContext, interaction: OpenInteraction, page: CodePage, resent: Resent) =>
    resent.outcome === 'wait'
      ? showForCode(ctx, interaction, { ...page, resendAt: resent.until }, { isTooSoon: true })
      : moveOn(ctx, `/interaction/${interaction.uid}/code`);

  router.get('/', (ctx) => withCode(ctx, (interaction, page) => showCode(ctx, interaction, page)));

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, codeForm);
    await withCode(ctx, async (interaction, page, token) => {
      if (form.action === 'cancel') return moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));
      const place = { ...ctx.state.visit, clientId: interaction.service.clientId };
      if (form.action !== undefined) {
        const channel = form.action === 'other' ? page.otherChannel : undefined;
        return answerResend(ctx, interaction, page, await newDevice.resend(token, interaction.uid, channel, place));
      }

      const { t } = ctx.state;
      const remember = form.remember_browser === 'yes';
      const typed = { code: form.code, remember, deviceCookie: cookies.read(ctx, 'device') };
      const result = await newDevice.confirm(token, interaction.uid, typed, place);
      const mistake = (text: string) =>
        showForCode(ctx, interaction, page, { mistakes: [{ field: 'code', text }], remember });
      switch (result.outcome) {
        case 'signed-in':
          if (result.deviceCookie !== undefined) cookies.write(ctx, 'device', result.deviceCookie, deviceLifetime);
          return moveOn(ctx, await interactions.finishSignIn(ctx, result));
        case 'wrong':
          return mistake(t('code-page.mistake.wrong', { count: result.triesLeft }));
        case 'malformed':
          return mistake(t('code-page.mistake.malformed'));
        case 'over':
          return mistake(t('code-page.mistake.over'));
        case 'gone':
          return moveOn(ctx, `/interaction/${interaction.uid}/code`);
      }
    });
  });

  return router;
};
