// The page that asks for the code when the password was right and the browser is new.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type Mistake, type PageContext, type PageState, type Translate, type Web } from '../web/index.ts';
import { describeWait } from './claim-text.ts';
import type { Channel } from '../delivery/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { CodePage, Resent } from './code-journey.ts';
import type { NewDeviceRules } from './new-device.ts';

interface Rules {
  newDevice: NewDeviceRules;
  /** Seconds that a browser is remembered. */
  deviceLifetime: number;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'csrf' | 'readForm' | 'showForm'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const codeForm = z.strictObject({
  csrf: z.string().default(''),
  action: z.enum(['cancel', 'resend', 'other']).optional(),
  code: z.string().default(''),
  remember_browser: z.literal('yes').optional(),
});

/** A phone is read as one word, not on two lines. */
const unbroken = (destination: string): string => destination.replaceAll(' ', '\u00a0');

const downNote = (t: Translate, channel: Channel, other: Channel | undefined): string => {
  const offer = other === undefined ? [] : [t(`code-page.down-other.${other}`)];
  return [t(`code-page.down.${channel}`), ...offer].join(' ');
};

export const codeRoutes = (
  { newDevice, deviceLifetime, now }: Rules,
  { interactions, withInteraction, cookies, csrf: csrfGuard, readForm, showForm }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/code' });

  const showForCode = (
    ctx: PageContext,
    { uid, service }: OpenInteraction,
    { channel, destination, isAnother, isDown, otherChannel }: CodePage,
    { mistakes = [], wait = '', remember = false }: { mistakes?: Mistake[]; wait?: string; remember?: boolean },
  ) => {
    const { t } = ctx.state;
    return showForm(ctx, {
      view: 'sign-in/code',
      title: t('code-page.title'),
      status: mistakes.length === 0 && wait === '' ? 200 : 422,
      mistakes,
      values: {
        service,
        action: `/interaction/${uid}/code`,
        sentTo: t(`code-page.${isAnother ? 'sent-again' : 'sent'}.${channel}`, { destination: unbroken(destination) }),
        wait,
        downNote: isDown ? downNote(t, channel, otherChannel) : '',
        otherLabel: otherChannel === undefined ? '' : t(`code-page.other.${otherChannel}`),
        isRemembered: remember,
      },
    });
  };

  /** There is no field for a code any more: why, and what helps. */
  const showEnd = (
    ctx: PageContext,
    { uid, service }: OpenInteraction,
    page: CodePage & { step: 'used-up' | 'closed' },
  ) => {
    const { t } = ctx.state;
    const values = { duration: describeWait(page.closedUntil, now(), t), support: page.supportContact };
    return showForm(ctx, {
      view: 'sign-in/code-over',
      title: t(`code-page.${page.step}.title`),
      values: {
        service,
        action: `/interaction/${uid}/code`,
        text: t(`code-page.${page.step}.text`, values),
        advice: t(`code-page.${page.step}.advice`, values),
        againUrl: page.step === 'used-up' ? `/interaction/${uid}` : '',
      },
    });
  };

  const showCode = (ctx: PageContext, interaction: OpenInteraction, page: CodePage) => {
    const { step } = page;
    return step === 'sent' ? showForCode(ctx, interaction, page, {}) : showEnd(ctx, interaction, { ...page, step });
  };

  /** Runs `work` where this browser waits for a code, otherwise begins the sign-in again. */
  const withCode = (
    ctx: PageContext,
    work: (interaction: OpenInteraction, page: CodePage, token: string) => Promise<void>,
  ) =>
    withInteraction(ctx, async (interaction) => {
      const token = cookies.read(ctx, 'flow') ?? '';
      const page = interaction.prompt === 'login' ? await newDevice.open(token, interaction.uid) : undefined;
      return page === undefined ? moveOn(ctx, `/interaction/${interaction.uid}`) : work(interaction, page, token);
    });

  const answerResend = (ctx: PageContext, interaction: OpenInteraction, page: CodePage, resent: Resent) => {
    if (resent.outcome !== 'wait') return moveOn(ctx, `/interaction/${interaction.uid}/code`);
    const { t } = ctx.state;
    return showForCode(ctx, interaction, page, {
      wait: t('code-page.wait', { duration: describeWait(resent.until, now(), t) }),
    });
  };

  router.get('/', (ctx) => withCode(ctx, (interaction, page) => showCode(ctx, interaction, page)));

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, codeForm);
    csrfGuard.check(ctx, form.csrf);
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
