// The page on which a person confirms with the PIN; it looks like nothing else.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type Mistake, type PageContext, type PageState, type Web } from '../web/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { ConfirmationRequest, ConfirmationRules } from './confirm.ts';

interface Rules {
  confirmation: ConfirmationRules;
  pinDigits: 4 | 6;
}

interface Http extends Pick<Web, 'csrf' | 'readForm' | 'showForm'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const csrf = z.string().default('');
const tries = z.string().regex(/^\d$/).transform(Number).optional();
const pinForm = z.union([
  z.strictObject({ csrf, tries, action: z.literal('cancel'), pin: z.string().optional() }),
  z.strictObject({ csrf, tries, action: z.undefined().optional(), pin: z.string() }),
]);

/** Undefined when this interaction asks for something else, or nobody is signed in any more. */
const requestOf = ({
  prompt,
  accountId,
  sessionUid,
  chainId,
  uid,
  service,
}: OpenInteraction): ConfirmationRequest | undefined =>
  prompt !== 'pin' || accountId === undefined || sessionUid === undefined
    ? undefined
    : { chainId, step: uid, accountId, sessionUid, clientId: service.clientId };

export const operationRoutes = (
  { confirmation, pinDigits }: Rules,
  { interactions, withInteraction, csrf: csrfGuard, readForm, showForm }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/pin' });

  const showPin = (
    ctx: PageContext,
    { uid, service }: OpenInteraction,
    { tries: before, mistakes = [] }: { tries: number; mistakes?: Mistake[] },
  ) =>
    showForm(ctx, {
      view: 'operations/pin',
      title: ctx.state.t('pin-page.title'),
      isOperation: true,
      status: mistakes.length === 0 ? 200 : 422,
      mistakes,
      values: {
        service,
        action: `/interaction/${uid}/pin`,
        tries: before,
        digits: pinDigits,
        forgotUrl: `/interaction/${uid}/pin/forgot`,
      },
    });

  /** Why there is no field for a PIN, how to mend it, and the way back to the service. */
  const showUnusable = (ctx: PageContext, { uid, service }: OpenInteraction, reason: string, status = 200) => {
    const { t, visit } = ctx.state;
    const text = (part: string) => t(`pin-page.${reason}.${part}`);
    return showForm(ctx, {
      view: 'operations/pin-unusable',
      title: text('title'),
      isOperation: true,
      status,
      values: {
        service,
        text: text('text'),
        advice: text('advice'),
        action: `/interaction/${uid}/pin`,
        pinUrl: reason === 'forgot' ? `/interaction/${uid}/pin` : '',
        reference: visit.requestId,
      },
    });
  };

  const finish = async (ctx: PageContext, { accountId, sessionUid }: ConfirmationRequest): Promise<void> =>
    moveOn(ctx, await interactions.finishPin(ctx, { accountId, sessionUid }));

  /** Runs `work` where this interaction waits for a PIN, otherwise shows what it waits for. */
  const withRequest = (
    ctx: PageContext,
    work: (request: ConfirmationRequest, interaction: OpenInteraction) => Promise<void>,
  ) =>
    withInteraction(ctx, async (interaction) => {
      const request = requestOf(interaction);
      return request === undefined ? moveOn(ctx, `/interaction/${interaction.uid}`) : work(request, interaction);
    });

  router.get('/', (ctx) =>
    withRequest(ctx, async (request, interaction) => {
      const opened = await confirmation.open(request, ctx.state.visit);
      switch (opened.outcome) {
        case 'ask':
          return showPin(ctx, interaction, opened);
        case 'confirmed':
          return finish(ctx, request);
        case 'none':
        case 'locked':
        case 'ended':
          return showUnusable(ctx, interaction, opened.outcome);
      }
    }),
  );

  router.get('/forgot', (ctx) => withRequest(ctx, (_request, interaction) => showUnusable(ctx, interaction, 'forgot')));

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, pinForm);
    csrfGuard.check(ctx, form.csrf);
    await withRequest(ctx, async (request, interaction) => {
      const { t, visit } = ctx.state;
      if (form.action === 'cancel') {
        return moveOn(ctx, await interactions.refuse(ctx, await confirmation.cancel(request, visit)));
      }

      const mistake = (text: string, before: number) =>
        showPin(ctx, interaction, { tries: before, mistakes: [{ field: 'pin', text }] });
      const result = await confirmation.confirm(request, { typed: form.pin, tries: form.tries }, visit);
      switch (result.outcome) {
        case 'confirmed':
          return finish(ctx, request);
        case 'wrong':
          return mistake(t('pin-page.mistake.wrong', { count: result.triesLeft }), result.tries);
        case 'malformed':
          return mistake(t('pin-page.mistake.malformed', { count: pinDigits }), form.tries ?? 0);
        case 'waiting':
          return moveOn(ctx, `/interaction/${interaction.uid}/pin`);
        case 'ended':
          return moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));
        case 'locked':
        case 'none':
          return showUnusable(ctx, interaction, result.outcome, 422);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  return router;
};
