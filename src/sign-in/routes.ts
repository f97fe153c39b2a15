// The pages between a service's request and its answer: sign-in and consent.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type Mistake, type PageContext, type PageState, type Web } from '../web/index.ts';
import { consentPage, signInPage, type SignInState } from './pages.ts';
import type { ConsentRules } from './consent.ts';
import type { SignInRule } from './sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';

interface Rules {
  signIn: SignInRule;
  consent: ConsentRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const cancelForm = z.strictObject({
  action: z.literal('cancel'),
  identifier: z.string().optional(),
  password: z.string().optional(),
});
const signInForm = z.union([
  cancelForm,
  z.strictObject({ action: z.undefined().optional(), identifier: z.string(), password: z.string() }),
]);
const consentForm = z.strictObject({ action: z.literal('cancel').optional() });

/** Prompts whose pages stand elsewhere. */
const placeOf: Record<string, string> = {
  second_factor: 'second-factor',
  terms: 'terms',
  assurance_level: 'level',
  pin: 'pin',
};

const visitOf = (ctx: PageContext, { service }: OpenInteraction): SignInVisit => ({
  ...ctx.state.visit,
  clientId: service.clientId,
});

const emptyFields = (typed: { identifier: string; password: string }, ctx: PageContext): Mistake[] => [
  ...(typed.identifier.trim() === ''
    ? [{ field: 'identifier', text: ctx.state.t('sign-in.mistake.identifier-missing') }]
    : []),
  ...(typed.password === '' ? [{ field: 'password', text: ctx.state.t('sign-in.mistake.password-missing') }] : []),
];

export const signInRoutes = (
  { signIn, consent, now }: Rules,
  { interactions, withInteraction, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid' });

  const showSignIn = (ctx: PageContext, interaction: OpenInteraction, state: SignInState) =>
    show(ctx, signInPage(ctx.state, interaction, state, now()));

  const showCurrent = (ctx: PageContext): Promise<void> =>
    withInteraction(ctx, async (interaction) => {
      if (interaction.prompt === 'login') return showSignIn(ctx, interaction, { identifier: interaction.loginHint });
      const place = placeOf[interaction.prompt];
      if (place !== undefined) return moveOn(ctx, `/interaction/${interaction.uid}/${place}`);
      if (interaction.service.isFirstParty) return moveOn(ctx, await interactions.finishConsent(ctx));

      const offer = await consent.offer(interaction);
      if (offer === undefined) return moveOn(ctx, await interactions.askAgain(ctx));
      return show(ctx, consentPage(ctx.state, interaction, offer));
    });

  const cancel = async (ctx: PageContext, interaction: OpenInteraction): Promise<void> => {
    await consent.refuse(interaction, visitOf(ctx, interaction));
    moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));
  };

  router.get('/', showCurrent);
  router.get('/sign-in', showCurrent);
  router.get('/consent', showCurrent);

  router.post('/sign-in', async (ctx) => {
    const form = await readForm(ctx, signInForm);
    await withInteraction(ctx, async (interaction) => {
      if (interaction.prompt !== 'login') return moveOn(ctx, `/interaction/${interaction.uid}`);
      if (form.action === 'cancel') return cancel(ctx, interaction);

      const mistakes = emptyFields(form, ctx);
      if (mistakes.length > 0) return showSignIn(ctx, interaction, { identifier: form.identifier, mistakes });

      const { t } = ctx.state;
      const place = { interactionUid: interaction.uid, deviceCookie: cookies.read(ctx, 'device') };
      const result = await signIn(form, visitOf(ctx, interaction), place);
      switch (result.outcome) {
        case 'signed-in':
          return moveOn(ctx, await interactions.finishSignIn(ctx, { ...result, amr: ['pwd'] }));
        case 'code-sent':
          cookies.write(ctx, 'flow', result.flowToken);
          return moveOn(ctx, `/interaction/${interaction.uid}/code`);
        case 'factor-asked':
          cookies.write(ctx, 'flow', result.flowToken);
          return moveOn(ctx, `/interaction/${interaction.uid}/second-factor`);
        case 'leaving':
          cookies.write(ctx, 'flow', result.flowToken);
          return moveOn(ctx, `/interaction/${interaction.uid}/leaving`);
        case 'refused':
          return showSignIn(ctx, interaction, {
            identifier: form.identifier,
            mistakes: [{ field: 'identifier', text: t('sign-in.mistake.wrong') }],
          });
        case 'wait':
        case 'code-wait': {
          const wait = { until: result.until, why: result.outcome };
          return showSignIn(ctx, interaction, { identifier: form.identifier, wait });
        }
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  router.post('/consent', async (ctx) => {
    const form = await readForm(ctx, consentForm);
    await withInteraction(ctx, async (interaction) => {
      if (interaction.prompt !== 'consent') return moveOn(ctx, `/interaction/${interaction.uid}`);
      if (form.action === 'cancel') return cancel(ctx, interaction);

      const offer = await consent.offer(interaction);
      if (offer === undefined) return moveOn(ctx, await interactions.askAgain(ctx));

      await consent.allow(interaction, offer.account, visitOf(ctx, interaction));
      return moveOn(ctx, await interactions.finishConsent(ctx));
    });
  });

  return router;
};
