// The page on which the browser asks for a passkey; the question is written by a form, never by a visit.
import Router from '@koa/router';
import { z } from 'zod';
import { describeCountdown, moveOn, type Page, type PageContext, type PageState, type Speech } from '../web/index.ts';
import type { Web } from '../web/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { Place } from './pages.ts';
import type { PasskeySignInRules, PasskeyVisit } from './passkey-sign-in.ts';

interface Rules {
  passkeySignIn: PasskeySignInRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

interface PasskeyState {
  /** What the authenticator is asked, as JSON. */
  options?: string | undefined;
  isRefused?: boolean;
  /** Too many were asked. */
  waitUntil?: Date | undefined;
}

export const passkeyPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  { options, isRefused = false, waitUntil }: PasskeyState,
  now: Date,
): Page => ({
  view: 'sign-in/passkey',
  title: t('passkey-page.title'),
  status: isRefused || waitUntil !== undefined ? 422 : 200,
  ...(options === undefined ? {} : { action: `/interaction/${uid}/passkey` }),
  secondsLeft,
  values: {
    service,
    refused: isRefused ? t('passkey-page.refused') : '',
    backUrl: `/interaction/${uid}`,
    wait: waitUntil === undefined ? null : describeCountdown(t, 'passkey-page.wait', waitUntil, now),
    ceremony: options === undefined ? null : { way: 'get', options, startsItself: !isRefused },
  },
});

const beginForm = z.strictObject({});
const answerForm = z.strictObject({ credential: z.string() });

export const passkeySignInRoutes = (
  { passkeySignIn, now }: Rules,
  { interactions, withInteraction, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/passkey' });

  /** Runs `work` where somebody is to sign in, otherwise goes where the request has got to. */
  const withSignIn = (ctx: PageContext, work: (interaction: OpenInteraction) => Promise<void>) =>
    withInteraction(ctx, (interaction) =>
      interaction.prompt === 'login' ? work(interaction) : moveOnTo(ctx, interaction),
    );
  const moveOnTo = async (ctx: PageContext, { uid }: OpenInteraction) => moveOn(ctx, `/interaction/${uid}`);

  const visitOf = (ctx: PageContext, { service }: OpenInteraction): PasskeyVisit => ({
    ...ctx.state.visit,
    clientId: service.clientId,
    browser: cookies.read(ctx, 'page') ?? '', // there, or the form would not have been taken
  });
  const showPage = (ctx: PageContext, interaction: OpenInteraction, state: PasskeyState) =>
    show(ctx, passkeyPage(ctx.state, interaction, state, now()));

  /** The question is spent; the next try has one of its own. */
  const askAgain = async (ctx: PageContext, interaction: OpenInteraction) => {
    const begun = await passkeySignIn.begin(interaction.uid, visitOf(ctx, interaction));
    if (begun.outcome === 'wait') return showPage(ctx, interaction, { isRefused: true, waitUntil: begun.until });
    cookies.write(ctx, 'passkey', begun.flowToken);
    const options = await passkeySignIn.open(begun.flowToken, interaction.uid);
    return showPage(ctx, interaction, { options, isRefused: true });
  };

  router.post('/begin', async (ctx) => {
    await readForm(ctx, beginForm);
    await withSignIn(ctx, async (interaction) => {
      const begun = await passkeySignIn.begin(interaction.uid, visitOf(ctx, interaction));
      if (begun.outcome === 'wait') return showPage(ctx, interaction, { waitUntil: begun.until });
      cookies.write(ctx, 'passkey', begun.flowToken);
      return moveOn(ctx, `/interaction/${interaction.uid}/passkey`);
    });
  });

  /** Where a choice of language leads from the page that asks to wait. */
  router.get('/begin', (ctx) => withSignIn(ctx, (interaction) => moveOnTo(ctx, interaction)));

  router.get('/', (ctx) =>
    withSignIn(ctx, async (interaction) => {
      const options = await passkeySignIn.open(cookies.read(ctx, 'passkey'), interaction.uid);
      return options === undefined ? moveOnTo(ctx, interaction) : showPage(ctx, interaction, { options });
    }),
  );

  router.post('/', async (ctx) => {
    const { credential: answer } = await readForm(ctx, answerForm);
    await withSignIn(ctx, async (interaction) => {
      const given = { answer, deviceCookie: cookies.read(ctx, 'device') };
      const visit = visitOf(ctx, interaction);
      const result = await passkeySignIn.finish(cookies.read(ctx, 'passkey'), interaction.uid, given, visit);
      switch (result.outcome) {
        case 'signed-in':
          return moveOn(ctx, await interactions.finishSignIn(ctx, result));
        case 'leaving':
          cookies.write(ctx, 'flow', result.flowToken);
          return moveOn(ctx, `/interaction/${interaction.uid}/leaving`);
        case 'gone':
          return moveOnTo(ctx, interaction);
        case 'refused':
          return askAgain(ctx, interaction);
      }
    });
  });

  return router;
};
