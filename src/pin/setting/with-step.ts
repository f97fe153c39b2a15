// Every page on the way to a PIN begins alike: who is signed in, have they come to this step, from which service.
import { addressOf, type From } from './pages.ts';
import type { SettingStep } from './answers.ts';
import type { Person } from './journey.ts';
import type { PinVisit } from './pin-visit.ts';
import type { OpenSetting, SettingRules } from './setting.ts';
import type {
  Interactions,
  ServiceView,
  SignedInPerson,
  WithFreshProof,
  WithInteraction,
  WithPerson,
} from '../../oidc/index.ts';
import { moveOn, wantsMoreTime, type PageContext, type Web } from '../../web/index.ts';

export interface SettingHttp extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
  signedIn: (ctx: PageContext) => Promise<SignedInPerson | undefined>;
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

/** Where somebody stands. */
export interface Here {
  person: Person;
  open: OpenSetting;
  from: ServiceView | undefined;
}

export const createWithStep = (setting: SettingRules, { cookies, interactions, withPerson }: SettingHttp) => {
  const tokenOf = (ctx: PageContext): string | undefined => cookies.read(ctx, 'pin');

  const fromOf = async (open: OpenSetting | undefined): Promise<ServiceView | undefined> =>
    open === undefined || open.answers.from === '' ? undefined : interactions.serviceOf(open.answers.from);

  /** The request that the person came from, where it still waits; otherwise empty. */
  const waitingRequest = async (uid: string): Promise<string> =>
    uid !== '' && (await interactions.isOpen(uid)) ? `/interaction/${uid}` : '';

  return {
    tokenOf,
    fromOf,
    waitingRequest,
    visitOf: (ctx: PageContext, from: (From & { clientId?: string }) | undefined): PinVisit => ({
      ...ctx.state.visit,
      clientId: from?.clientId,
    }),
    /** Runs `work` where this browser has come to one of the steps; otherwise leads to the one it is at. */
    withStep: (ctx: PageContext, steps: readonly SettingStep[], work: (here: Here) => Promise<void>): Promise<void> =>
      withPerson(ctx, async (person) => {
        if (wantsMoreTime(ctx)) await setting.extend(tokenOf(ctx), person);
        const open = await setting.open(tokenOf(ctx), person);
        if (open === undefined || !steps.includes(open.step)) return moveOn(ctx, addressOf(open?.step ?? 'start'));
        return work({ person, open, from: await fromOf(open) });
      }),
    /** To the page of the step that the person is at now. */
    goOn: async (ctx: PageContext, person: Person): Promise<void> => {
      const open = await setting.open(tokenOf(ctx), person);
      moveOn(ctx, addressOf(open?.step ?? 'start'));
    },
    /** The person would rather not: back to where they came from. */
    goBack: async (ctx: PageContext, person: Person): Promise<void> => {
      const waiting = await waitingRequest(await setting.cancel(tokenOf(ctx), person));
      moveOn(ctx, waiting === '' ? '/account/security' : waiting);
    },
  };
};

export type WithStep = ReturnType<typeof createWithStep>;

export interface SettingRouteRules {
  setting: SettingRules;
  digits: 4 | 6;
  /** The digits of what was typed; undefined where it is no PIN. */
  read: (typed: string) => string | undefined;
  support: string;
  now: () => Date;
}
