// The page that asks for a second factor in a request: to end a sign-in, or because the service asks for the level.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, wantsMoreTime, type PageContext, type PageState, type Web } from '../web/index.ts';
import { createAnswerFactor, createStateOfStep, factorForm, factsFor } from './answer-factor.ts';
import { noFactorPage, secondFactorPage, type FactorFacts, type FactorState } from './factor-pages.ts';
import { factorSteps, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { AskedPasskey, AskedPerson } from './asked-passkey.ts';
import type { FactorJourney, FoundFactorJourney } from './factor-journey.ts';
import type { Journal } from '../journal/index.ts';
import type { Interactions, OpenInteraction, SignedInPerson, WithInteraction } from '../oidc/index.ts';
import type { SecondFactors } from '../second-factors/index.ts';

interface Rules {
  factorJourney: FactorJourney;
  secondFactors: SecondFactors;
  askedPasskey: AskedPasskey;
  journal: Journal;
  /** Seconds that a browser is remembered. */
  deviceLifetime: number;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
  signedIn: (ctx: PageContext) => Promise<SignedInPerson | undefined>;
}

/** `found`: the sign-in that it ends; without one a session is raised. */
interface Here extends AskedPerson {
  interaction: OpenInteraction;
  facts: FactorFacts;
  found: FoundFactorJourney | undefined;
}

export const factorRoutes = (
  { factorJourney, secondFactors, askedPasskey, journal, deviceLifetime, now }: Rules,
  { interactions, withInteraction, signedIn, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/interaction/:uid/second-factor' });
  const answerFactor = createAnswerFactor({ secondFactors, askedPasskey });
  const stateOfStep = createStateOfStep({ askedPasskey });
  const addressIn = ({ uid }: OpenInteraction, step: string) => `/interaction/${uid}/second-factor${step}`;

  /** Who is asked here, if it is asked at all. */
  const personIn = async (ctx: PageContext, { uid, prompt, accountId, sessionUid }: OpenInteraction) => {
    if (prompt === 'login') {
      const found = await factorJourney.find(cookies.read(ctx, 'flow'), uid);
      return found === undefined
        ? undefined
        : { account: found.account, flowId: found.flow.id, isSignedIn: false, found };
    }
    const person = prompt === 'second_factor' ? await signedIn(ctx) : undefined;
    const isSame = person?.account.id === accountId && person?.sessionUid === sessionUid;
    if (person === undefined || !isSame) return undefined;
    return { account: person.account, flowId: `interaction:${uid}`, isSignedIn: true, found: undefined };
  };

  const withHere = (ctx: PageContext, work: (here: Here) => Promise<void>) =>
    withInteraction(ctx, async (interaction) => {
      const { uid, prompt } = interaction;
      if (prompt === 'login' && wantsMoreTime(ctx)) await factorJourney.extend(cookies.read(ctx, 'flow'), uid);
      const person = await personIn(ctx, interaction);
      if (person !== undefined)
        return work({ ...person, interaction, facts: await factsFor(secondFactors, person.account) });
      if (prompt !== 'second_factor') return moveOn(ctx, `/interaction/${uid}`);
      return moveOn(ctx, await interactions.askAgain(ctx)); // signed out meanwhile, or somebody else
    });

  /** The same where the person has this way; the first that they have otherwise. */
  const withStep = (ctx: PageContext, work: (here: Here, step: FactorStep) => Promise<void>) =>
    withHere(ctx, async (here) => {
      const step = factorSteps.find((one) => ctx.path.endsWith(`/${one}`));
      if (step === undefined || !here.facts.ways.includes(wayOfStep(step)))
        return moveOn(ctx, addressIn(here.interaction, ''));
      return work(here, step);
    });

  const showFactor = (ctx: PageContext, { interaction, facts, found }: Here, step: FactorStep, state: FactorState) => {
    const { service, secondsLeft } = interaction;
    const base = (other: FactorStep) => addressIn(interaction, `/${other}`);
    const frame = { service, base, secondsLeft, canRemember: found !== undefined };
    return show(ctx, secondFactorPage(ctx.state, frame, step, facts, state, now()));
  };

  const placeOf = (ctx: PageContext, { service }: OpenInteraction) => ({
    ...ctx.state.visit,
    clientId: service.clientId,
  });

  const finish = async (ctx: PageContext, { interaction, account, found }: Here, amr: string[], remember: boolean) => {
    const place = placeOf(ctx, interaction);
    await journal.write({ type: 'factor-right', accountId: account.id, ...place });
    if (found === undefined) {
      const given = { accountId: account.id, sessionUid: interaction.sessionUid ?? '', amr };
      return moveOn(ctx, await interactions.finishSecondFactor(ctx, given));
    }
    const browser = { remember, deviceCookie: cookies.read(ctx, 'device') };
    const kept = await factorJourney.complete(found, browser, place);
    if (kept.outcome === 'gone') return moveOn(ctx, `/interaction/${interaction.uid}`);
    if (kept.deviceCookie !== undefined) cookies.write(ctx, 'device', kept.deviceCookie, deviceLifetime);
    const signedInAs = { accountId: account.id, at: found.flow.answers.at, amr: ['pwd', ...amr] };
    return moveOn(ctx, await interactions.finishSignIn(ctx, signedInAs));
  };

  router.get('/', (ctx) =>
    withHere(ctx, async ({ interaction, facts, found }) => {
      const [first] = facts.ways;
      if (first !== undefined) return moveOn(ctx, addressIn(interaction, `/${first}`));
      // Taken away while this sign-in waited: the password is asked again, and what is asked after it is judged anew.
      if (found !== undefined) return moveOn(ctx, `/interaction/${interaction.uid}`);
      return show(ctx, noFactorPage(ctx.state, interaction));
    }),
  );

  router.post('/', async (ctx) => {
    await readForm(ctx, z.strictObject({ action: z.literal('cancel') }));
    await withHere(ctx, async ({ facts }) =>
      moveOn(
        ctx,
        await interactions.refuse(ctx, facts.ways.length === 0 ? 'unmet_authentication_requirements' : 'access_denied'),
      ),
    );
  });

  router.get('/:step', (ctx) =>
    withStep(ctx, async (here, step) => {
      const state = await stateOfStep(here, step, cookies.read(ctx, 'passkey'));
      if (state === undefined) return moveOn(ctx, addressIn(here.interaction, '/passkey'));
      return showFactor(ctx, here, step, state);
    }),
  );

  router.post('/:step', async (ctx) => {
    const form = await readForm(ctx, factorForm);
    await withStep(ctx, async (here, step) => {
      if (form.action === 'cancel') return moveOn(ctx, await interactions.refuse(ctx, 'access_denied'));

      const [passkeyToken, visit] = [cookies.read(ctx, 'passkey'), placeOf(ctx, here.interaction)];
      const answer = await answerFactor(here, step, form, { visit, t: ctx.state.t, passkeyToken });
      switch (answer.outcome) {
        case 'right':
          return finish(ctx, here, answer.amr, form.remember_browser === 'yes');
        case 'on':
          if (answer.passkeyToken !== undefined) cookies.write(ctx, 'passkey', answer.passkeyToken);
          return moveOn(ctx, addressIn(here.interaction, `/${answer.step}`));
        case 'again': {
          const facts = { ...here.facts, resendAt: answer.resendAt ?? here.facts.resendAt };
          return showFactor(ctx, { ...here, facts }, answer.step, answer.state);
        }
      }
    });
  });

  return router;
};
