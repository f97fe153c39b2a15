// The second factor after the password, before something important changes in the account.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { createAnswerFactor, factsFor, type AskedPerson } from './answer-factor.ts';
import { secondFactorPage, type FactorFacts, type FactorState } from './factor-pages.ts';
import { factorSteps, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { FreshProofRules } from './fresh-proof.ts';
import type { Journal } from '../journal/index.ts';
import type { SignedInPerson, WithPerson } from '../oidc/index.ts';
import type { SecondFactors } from '../second-factors/index.ts';

interface Rules {
  freshProof: FreshProofRules;
  secondFactors: SecondFactors;
  journal: Journal;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  renewSession: (ctx: PageContext) => Promise<void>;
}

type Waiting = NonNullable<Awaited<ReturnType<FreshProofRules['waitingForFactor']>>>;

interface Here extends AskedPerson {
  flow: Waiting;
  facts: FactorFacts;
  /** The page of the account that waits behind this one: what follows `/account`. */
  rest: string;
}

const factorForm = z.strictObject({
  action: z.enum(['cancel', 'send']).optional(),
  code: z.string().default(''),
  recovery_code: z.string().default(''),
});

export const proofFactorRoutes = (
  { freshProof, secondFactors, journal, now }: Rules,
  { withPerson, renewSession, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>();
  const answerFactor = createAnswerFactor(secondFactors);
  const base = '/account/proof-code';
  const first = /^\/account\/proof-code((?:\/[a-z-]+)+)$/;
  const address = /^\/account\/proof-code\/by-(totp|sms|sms-code|recovery)((?:\/[a-z-]+)+)$/;
  const addressOf = (step: FactorStep, rest: string) => `${base}/by-${step}${rest}`;

  const withHere = (ctx: PageContext, rest: string, work: (here: Here, person: SignedInPerson) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      const flow = await freshProof.waitingForFactor(person, cookies.read(ctx, 'proof'));
      if (flow === undefined) return moveOn(ctx, `/account/proof${rest}`);
      const { account } = person;
      const facts = await factsFor(secondFactors, account);
      if (facts.ways.length === 0) return moveOn(ctx, `/account/proof${rest}`);
      return work({ account, flowId: flow.id, isSignedIn: true, flow, facts, rest }, person);
    });

  const withStep = (ctx: PageContext, work: (here: Here, step: FactorStep) => Promise<void>) => {
    const [, named = '', rest = ''] = address.exec(ctx.path) ?? [];
    return withHere(ctx, rest, async (here) => {
      const step = factorSteps.find((one) => one === named);
      if (step === undefined || !here.facts.ways.includes(wayOfStep(step))) return moveOn(ctx, `${base}${rest}`);
      return work(here, step);
    });
  };

  const showFactor = (ctx: PageContext, { facts, rest }: Here, step: FactorStep, state: FactorState) => {
    const frame = { service: undefined, base: (other: FactorStep) => addressOf(other, rest), canRemember: false };
    return show(ctx, secondFactorPage(ctx.state, frame, step, facts, state, now()));
  };

  router.get(address, (ctx) => withStep(ctx, (here, step) => showFactor(ctx, here, step, {})));

  router.post(address, async (ctx) => {
    const { action, ...typed } = await readForm(ctx, factorForm);
    await withStep(ctx, async (here, step) => {
      if (action === 'cancel') return moveOn(ctx, '/account/security');
      const visit = { ...ctx.state.visit, clientId: undefined };
      const answer = await answerFactor(here, step, { ...typed, action }, { visit, t: ctx.state.t });
      switch (answer.outcome) {
        case 'right':
          await journal.write({ type: 'factor-right', accountId: here.account.id, ...visit });
          if (!(await freshProof.proveFactor(here.flow))) return moveOn(ctx, `/account/proof${here.rest}`);
          await renewSession(ctx);
          return moveOn(ctx, `/account${here.rest}`);
        case 'sent':
          return moveOn(ctx, addressOf('sms-code', here.rest));
        case 'again': {
          const facts = { ...here.facts, resendAt: answer.resendAt ?? here.facts.resendAt };
          return showFactor(ctx, { ...here, facts }, step, answer.state);
        }
      }
    });
  });

  /** The first way that the person has. */
  router.get(first, (ctx) => {
    const rest = first.exec(ctx.path)?.[1] ?? '';
    return withHere(ctx, rest, async ({ facts: { ways } }) => moveOn(ctx, addressOf(ways[0] ?? 'totp', rest)));
  });

  return router;
};
