// The second factor after the password, before something important changes in the account.
import Router from '@koa/router';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { createAnswerFactor, createStateOfStep, factorForm, factsFor } from './answer-factor.ts';
import type { AskedPasskey, AskedPerson } from './asked-passkey.ts';
import { secondFactorPage, type FactorFacts, type FactorState } from './factor-pages.ts';
import { factorSteps, wayOfStep, type FactorStep } from './factor-ways.ts';
import type { FreshProofRules } from './fresh-proof.ts';
import type { Journal } from '../journal/index.ts';
import type { SignedInPerson, WithPerson } from '../oidc/index.ts';
import type { SecondFactors } from '../second-factors/index.ts';

interface Rules {
  freshProof: FreshProofRules;
  secondFactors: SecondFactors;
  askedPasskey: AskedPasskey;
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

export const proofFactorRoutes = (
  { freshProof, secondFactors, askedPasskey, journal, now }: Rules,
  { withPerson, renewSession, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>();
  const answerFactor = createAnswerFactor({ secondFactors, askedPasskey });
  const stateOfStep = createStateOfStep({ askedPasskey });
  const start = '/account/proof-code';
  const first = /^\/account\/proof-code((?:\/[a-z-]+)+)$/;
  const address = /^\/account\/proof-code\/by-(passkey|passkey-asked|totp|sms|sms-code|recovery)((?:\/[a-z-]+)+)$/;
  const addressOf = (step: FactorStep, rest: string) => `${start}/by-${step}${rest}`;

  const withHere = (ctx: PageContext, rest: string, work: (here: Here, person: SignedInPerson) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      const flow = await freshProof.waitingForFactor(person, cookies.read(ctx, 'proof'));
      if (flow === undefined) return moveOn(ctx, `/account/proof${rest}`);
      const { account } = person;
      const all = await factsFor(secondFactors, account);
      // Where no password was given, nothing but the passkey proves both.
      const facts = flow.step === 'passkey' ? { ...all, ways: all.ways.filter((way) => way === 'passkey') } : all;
      if (facts.ways.length === 0) return moveOn(ctx, `/account/proof${rest}`);
      return work({ account, flowId: flow.id, isSignedIn: true, flow, facts, rest }, person);
    });

  const withStep = (ctx: PageContext, work: (here: Here, step: FactorStep) => Promise<void>) => {
    const [, named = '', rest = ''] = address.exec(ctx.path) ?? [];
    return withHere(ctx, rest, async (here) => {
      const step = factorSteps.find((one) => one === named);
      if (step === undefined || !here.facts.ways.includes(wayOfStep(step))) return moveOn(ctx, `${start}${rest}`);
      return work(here, step);
    });
  };

  const showFactor = (ctx: PageContext, { flow, facts, rest }: Here, step: FactorStep, state: FactorState) => {
    const passwordUrl = flow.step === 'passkey' ? `/account/proof${rest}` : undefined;
    const base = (other: FactorStep) => addressOf(other, rest);
    const frame = { service: undefined, base, canRemember: false, passwordUrl };
    return show(ctx, secondFactorPage(ctx.state, frame, step, facts, state, now()));
  };

  router.get(address, (ctx) =>
    withStep(ctx, async (here, step) => {
      const state = await stateOfStep(here, step, cookies.read(ctx, 'passkey'));
      return state === undefined ? moveOn(ctx, addressOf('passkey', here.rest)) : showFactor(ctx, here, step, state);
    }),
  );

  router.post(address, async (ctx) => {
    const form = await readForm(ctx, factorForm);
    await withStep(ctx, async (here, step) => {
      if (form.action === 'cancel') return moveOn(ctx, '/account/security');
      const visit = { ...ctx.state.visit, clientId: undefined };
      const passkeyToken = cookies.read(ctx, 'passkey');
      const answer = await answerFactor(here, step, form, { visit, t: ctx.state.t, passkeyToken });
      switch (answer.outcome) {
        case 'right':
          await journal.write({ type: 'factor-right', accountId: here.account.id, ...visit });
          if (!(await freshProof.proveFactor(here.flow))) return moveOn(ctx, `/account/proof${here.rest}`);
          await renewSession(ctx);
          return moveOn(ctx, `/account${here.rest}`);
        case 'on':
          if (answer.passkeyToken !== undefined) cookies.write(ctx, 'passkey', answer.passkeyToken);
          return moveOn(ctx, addressOf(answer.step, here.rest));
        case 'again': {
          const facts = { ...here.facts, resendAt: answer.resendAt ?? here.facts.resendAt };
          return showFactor(ctx, { ...here, facts }, answer.step, answer.state);
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
