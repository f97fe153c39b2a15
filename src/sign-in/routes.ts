// The pages between a service's request and its answer: sign-in and consent.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type Mistake, type PageContext, type PageState, type Web } from '../web/index.ts';
import { describeClaim, describeWait } from './claim-text.ts';
import type { ConsentRules, Offer } from './consent.ts';
import type { SignInRule } from './sign-in.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';

interface Rules {
  signIn: SignInRule;
  consent: ConsentRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'csrf' | 'readForm' | 'showForm'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

const csrf = z.string().default('');
const cancelForm = z.strictObject({
  csrf,
  action: z.literal('cancel'),
  identifier: z.string().optional(),
  password: z.string().optional(),
});
const signInForm = z.union([
  cancelForm,
  z.strictObject({ csrf, action: z.undefined().optional(), identifier: z.string(), password: z.string() }),
]);
const consentForm = z.strictObject({ csrf, action: z.literal('cancel').optional() });

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
  { interactions, withInteraction, cookies, csrf: csrfGuard, readForm, showForm }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid' });

  const showSignIn = (
    ctx: PageContext,
    { uid, service }: OpenInteraction,
    page: { identifier: string; mistakes?: Mistake[]; wait?: string },
  ) =>
    showForm(ctx, {
      view: 'sign-in/sign-in',
      title: ctx.state.t('sign-in.title'),
      status: page.mistakes === undefined && page.wait === undefined ? 200 : 422,
      mistakes: page.mistakes ?? [],
      values: { service, action: `/interaction/${uid}/sign-in`, identifier: page.identifier, wait: page.wait ?? '' },
    });

  const showConsent = (
    ctx: PageContext,
    { uid, service }: OpenInteraction,
    { account, claims, isRenewed, isLasting, resourceScopes }: Offer,
  ) => {
    const { t, locale } = ctx.state;
    const notes = resourceScopes
      .filter(({ scopes }) => scopes.length > 0)
      .map(({ indicator, scopes }) => `${indicator}: ${scopes.join(', ')}`);
    return showForm(ctx, {
      view: 'sign-in/consent',
      title: t('consent.title'),
      values: {
        service,
        host: service.host,
        action: `/interaction/${uid}/consent`,
        person: { name: account.profile.givenName },
        claims: claims.map((claim) => describeClaim(claim, t, locale)),
        isRenewed,
        scopesNote: [...(isLasting ? [t('consent.scope.offline_access')] : []), ...notes],
      },
    });
  };

  const showCurrent = (ctx: PageContext): Promise<void> =>
    withInteraction(ctx, async (interaction) => {
      if (interaction.prompt === 'login') return showSignIn(ctx, interaction, { identifier: interaction.loginHint });
      if (interaction.prompt === 'pin') return moveOn(ctx, `/interaction/${interaction.uid}/pin`);
      if (interaction.service.isFirstParty) return moveOn(ctx, await interactions.finishConsent(ctx));

      const offer = await consent.offer(interaction);
      return offer === undefined ? moveOn(ctx, await interactions.askAgain(ctx)) : showConsent(ctx, interaction, offer);
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
    csrfGuard.check(ctx, form.csrf);
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
        case 'refused':
          return showSignIn(ctx, interaction, {
            identifier: form.identifier,
            mistakes: [{ field: 'identifier', text: t('sign-in.mistake.wrong') }],
          });
        case 'wait': {
          const wait = t('sign-in.mistake.wait', { duration: describeWait(result.until, now(), t) });
          return showSignIn(ctx, interaction, { identifier: form.identifier, wait });
        }
        case 'code-wait': {
          const wait = t('sign-in.mistake.code-wait', { duration: describeWait(result.until, now(), t) });
          return showSignIn(ctx, interaction, { identifier: form.identifier, wait });
        }
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  router.post('/consent', async (ctx) => {
    const form = await readForm(ctx, consentForm);
    csrfGuard.check(ctx, form.csrf);
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
