// What every page of a registration begins with: which browser, which step, from which service.
import { moveOn, type PageContext, type Web } from '../web/index.ts';
import { nextStep, type Answers, type Step } from './answers.ts';
import { addressOf } from './question-page.ts';
import type { RegistrationRules } from './registration.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { Interactions, ServiceView, WithInteraction } from '../oidc/index.ts';

export interface StepHttp extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

export interface Open {
  answers: Answers;
  resendAt: Date | undefined;
  mayAddSecond: boolean;
  from: ServiceView | undefined;
}

export const createStepHttp = (registration: RegistrationRules, { cookies, interactions }: StepHttp) => {
  const tokenOf = (ctx: PageContext): string | undefined => cookies.read(ctx, 'registration');
  const visitOf = (ctx: PageContext, from: ServiceView | undefined): RegistrationVisit => ({
    ...ctx.state.visit,
    clientId: from?.clientId,
  });
  const fromOf = async (uid: string): Promise<ServiceView | undefined> =>
    uid === '' ? undefined : interactions.serviceOf(uid);

  /** Runs `work` where this browser has come to the step; otherwise leads to the one that is next. */
  const withStep = async (ctx: PageContext, step: Step, work: (open: Open) => Promise<void>): Promise<void> => {
    const open = await registration.open(tokenOf(ctx), step);
    if (open === undefined) return moveOn(ctx, addressOf('name'));
    if (!open.isHere) return moveOn(ctx, addressOf(nextStep(open.answers)));
    await work({ ...open, from: await fromOf(open.answers.from) });
  };

  /** To what is next, seen from what was just answered. */
  const goOn = async (ctx: PageContext): Promise<void> => {
    const open = await registration.open(tokenOf(ctx), 'name');
    moveOn(ctx, addressOf(open === undefined ? 'name' : nextStep(open.answers)));
  };

  return { tokenOf, visitOf, fromOf, withStep, goOn };
};
