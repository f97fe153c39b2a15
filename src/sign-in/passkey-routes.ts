// The page on which the browser asks for a passkey; the question is written by a form, never by a visit.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type Page, type PageContext, type PageState, type Speech } from '../web/index.ts';
import type { Web } from '../web/index.ts';
import type { Interactions, OpenInteraction, WithInteraction } from '../oidc/index.ts';
import type { Place } from './pages.ts';
import type { PasskeySignInRules } from './passkey-sign-in.ts';

interface Rules {
  passkeySignIn: PasskeySignInRules;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

/** `options`: what the authenticator is asked, as JSON. */
export const passkeyPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  { options, isRefused = false }: { options: string; isRefused?: boolean },
): Page => ({
  view: 'sign-in/passkey',
  title: t('passkey-page.title'),
  status: isRefused ? 422 : 200,
  action: `/interaction/${uid}/passkey`,
  secondsLeft,
  values: {
    service,
    refused: isRefused ? t('passkey-page.refused') : '',
    backUrl: `/interaction/${uid}`,
    ceremony: { way: 'get', options, startsItself: !isRefused },
  },
});

const beginForm = z.strictObject({});
const answerForm = z.strictObject({ credential: z.string() });

export const passkeySignInRoutes = (
  { passkeySignIn }: Rules,
  { interactions, withInteraction, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/passkey' });

  /** Runs `work` where somebody is to sign in, otherwise goes where the request has got to. */
  const withSignIn = (ctx: PageContext, work: (interaction: OpenInteraction) => Promise<void>) =>
    withInteraction(ctx, (interaction) =>
      interaction.prompt === 'login' ? work(interaction) : moveOnTo(ctx, interaction),
    );
  const moveOnTo = async (ctx: PageContext, { uid }: OpenInteraction) => moveOn(ctx, `/interaction/${uid}`);

  const begin = async (ctx: PageContext, { uid }: OpenInteraction): Promise<string> => {
    const { flowToken } = await passkeySignIn.begin(uid);
    cookies.write(ctx, 'passkey', flowToken);
    return flowToken;
  };

  router.post('/begin', async (ctx) => {
    await readForm(ctx, beginForm);
    await withSignIn(ctx, async (interaction) => {
      await begin(ctx, interaction);
      return moveOn(ctx, `/interaction/${interaction.uid}/passkey`);
    });
  });

  router.get('/', (ctx) =>
    withSignIn(ctx, async (interaction) => {
      const options = await passkeySignIn.open(cookies.read(ctx, 'passkey'), interaction.uid);
      return options === undefined
        ? moveOnTo(ctx, interaction)
        : show(ctx, passkeyPage(ctx.state, interaction, { options }));
    }),
  );

  router.post('/', async (ctx) => {
    const { credential: answer } = await readForm(ctx, answerForm);
    await withSignIn(ctx, async (interaction) => {
      const given = { answer, deviceCookie: cookies.read(ctx, 'device') };
      const visit = { ...ctx.state.visit, clientId: interaction.service.clientId };
      const result = await passkeySignIn.finish(cookies.read(ctx, 'passkey'), interaction.uid, given, visit);
      switch (result.outcome) {
        case 'signed-in':
          return moveOn(ctx, await interactions.finishSignIn(ctx, result));
        case 'leaving':
          cookies.write(ctx, 'flow', result.flowToken);
          return moveOn(ctx, `/interaction/${interaction.uid}/leaving`);
        case 'gone':
          return moveOnTo(ctx, interaction);
        case 'refused': {
          // The question is spent; the next try has one of its own.
          const options = await passkeySignIn.open(await begin(ctx, interaction), interaction.uid);
          return show(ctx, passkeyPage(ctx.state, interaction, { options: options ?? '', isRefused: true }));
        }
      }
    });
  });

  return router;
};
