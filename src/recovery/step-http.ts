// What every page of a recovery begins with: which browser, where it has come to, from which service.
import { moveOn, type PageContext, type Web } from '../web/index.ts';
import type { Interactions, ServiceView } from '../oidc/index.ts';
import { addressOf } from './pages.ts';
import type { OpenRecovery, RecoveryRules } from './recovery.ts';
import type { RecoveryPlace } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';

export interface RecoveryHttp extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
}

export interface Open extends OpenRecovery {
  from: ServiceView | undefined;
}

export const createStepHttp = (
  recovery: Pick<RecoveryRules, 'open'>,
  { cookies, interactions }: Pick<RecoveryHttp, 'cookies' | 'interactions'>,
) => {
  const tokenOf = (ctx: PageContext): string | undefined => cookies.read(ctx, 'recovery');
  const fromOf = async (uid: string): Promise<ServiceView | undefined> =>
    uid === '' ? undefined : interactions.serviceOf(uid);
  const visitOf = (ctx: PageContext, from: ServiceView | undefined): RecoveryVisit => ({
    ...ctx.state.visit,
    clientId: from?.clientId,
  });

  /** Runs `work` where this browser has come to one of these pages; otherwise leads to the one that is next. */
  const at = async (
    ctx: PageContext,
    places: readonly RecoveryPlace[],
    work: (open: Open) => Promise<void>,
  ): Promise<void> => {
    const token = tokenOf(ctx);
    const open = await recovery.open(token);
    if (open === undefined) return moveOn(ctx, addressOf(token === undefined ? 'start' : 'over'));
    if (!places.includes(open.place)) return moveOn(ctx, addressOf(open.place));
    await work({ ...open, from: await fromOf(open.answers.from) });
  };

  const goOn = async (ctx: PageContext): Promise<void> => {
    const open = await recovery.open(tokenOf(ctx));
    moveOn(ctx, addressOf(open?.place ?? 'over'));
  };

  return { tokenOf, fromOf, visitOf, at, goOn };
};
