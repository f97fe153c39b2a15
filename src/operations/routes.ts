// The page on which a person confirms with the PIN; it looks like nothing else.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type Mistake, type PageContext, type PageState, type Web } from '../web/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import { pinPage, pinUnusablePage, type WhyNoPin } from './pages.ts';
import type { ConfirmationRequest, ConfirmationRules } from './confirm.ts';

interface Rules {
  confirmation: ConfirmationRules;
  pinDigits: 4 | 6;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const tries = z.string().regex(/^\d$/).transform(Number).optional();
const pinForm = z.union([
  z.strictObject({ tries, action: z.literal('cancel'), pin: z.string().optional() }),
  z.strictObject({ tries, action: z.undefined().optional(), pin: z.string() }),
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
  { interactions, withInteraction, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/pin' });

  const showPin = (ctx: PageContext, place: OpenInteraction, state: { tries: number; mistakes?: Mistake[] }) =>
    show(ctx, pinPage(ctx.state, place, { ...state, digits: pinDigits }));

  const showUnusable = (ctx: PageContext, place: OpenInteraction, why: WhyNoPin, status = 200) =>
    show(ctx, pinUnusablePage(ctx.state, place, why, status));

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
        case 'outdated':
        case 'ended':
          return showUnusable(ctx, interaction, opened.outcome);
      }
    }),
  );

  router.get('/forgot', (ctx) => withRequest(ctx, (_request, interaction) => showUnusable(ctx, interaction, 'forgot')));

  router.post('/', async (ctx) => {
    const form = await readForm(ctx, pinForm);
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
        case 'outdated':
          return showUnusable(ctx, interaction, result.outcome, 422);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  return router;
};
