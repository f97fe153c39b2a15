// The two ways to a level: a request of a service that waits for one, and the account of whoever is signed in.
import { moveOn, type PageContext } from '../../web/index.ts';
import type { LevelRules } from './level.ts';
import type { Place } from './place.ts';
import type { AssuranceLevel } from '../../accounts/index.ts';
import type { Interactions, WithInteraction, WithPerson } from '../../oidc/index.ts';

export interface Entered {
  place: Place;
  accountId: string;
  needed: AssuranceLevel;
  clientId: string | undefined;
  /** The level is enough: on with what waits for it. */
  goOn: () => Promise<void>;
  /** The person would rather not. */
  leave: () => Promise<void>;
  /** Nobody is signed in any more. */
  lost: () => Promise<void>;
}

/** Runs `work` where somebody may raise their level here; otherwise leads elsewhere. */
export type Enter = (ctx: PageContext, work: (entered: Entered) => Promise<void>) => Promise<void>;

interface RequestNeeds {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

export const createEnterFromRequest =
  ({ interactions, withInteraction }: RequestNeeds, level: Pick<LevelRules, 'refuse'>): Enter =>
  (ctx, work) =>
    withInteraction(ctx, async ({ uid, service, secondsLeft, accountId, neededLevel: needed }) => {
      if (accountId === undefined || needed === undefined) return moveOn(ctx, `/interaction/${uid}`);
      return work({
        place: { address: `/interaction/${uid}/level`, service, secondsLeft },
        accountId,
        needed,
        clientId: service.clientId,
        goOn: async () => moveOn(ctx, await interactions.finishLevel(ctx)),
        leave: async () => {
          await level.refuse(accountId, { ...ctx.state.visit, clientId: service.clientId });
          moveOn(ctx, await interactions.refuse(ctx, 'level_not_sufficient'));
        },
        lost: async () => moveOn(ctx, await interactions.askAgain(ctx)),
      });
    });

export const levelInAccount = '/account/level';

export const createEnterFromAccount =
  ({ withPerson }: { withPerson: WithPerson }): Enter =>
  (ctx, work) =>
    withPerson(ctx, ({ account: { id, level } }) => {
      const toAccount = async () => moveOn(ctx, '/account');
      // The first page is about the next level, all others are about the one that the registry gives.
      const isFirst = ctx.path === levelInAccount;
      return work({
        place: { address: levelInAccount, service: undefined, secondsLeft: undefined },
        accountId: id,
        needed: isFirst && level !== 'basic' ? 'confirmed' : 'standard',
        clientId: undefined,
        goOn: toAccount,
        leave: toAccount,
        lost: toAccount,
      });
    });
