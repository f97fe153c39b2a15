// The only file that reads and ends the engine's interactions; routes see values, never the engine.
import { errors, type Interaction, type InteractionResults, type Provider } from 'oidc-provider';
import { assuranceResult, readNeededLevel } from './requests/assurance.ts';
import { passwordAcr, secondFactorAcr } from './requests/levels.ts';
import { pinResult } from './requests/pin-confirmation.ts';
import { secondFactorResult } from './requests/second-factor.ts';
import { missingConsent, requestedConsent } from './consent/asked-consent.ts';
import { describeService, type ServiceView } from './clients/service-view.ts';
import type { Consent } from './consent/consent-store.ts';
import type { createMoreTime } from './requests/more-time.ts';
import type { ModelStore } from './records/model-store.ts';
import type { AssuranceLevel } from '../accounts/index.ts';
import type { PageContext } from '../web/index.ts';

export interface OpenInteraction {
  uid: string;
  prompt: string;
  reasons: string[];
  service: ServiceView;
  /** Who is signed in, where somebody is. */
  accountId: string | undefined;
  sessionUid: string | undefined;
  /** The same on every page between one request and its answer. */
  chainId: string;
  /** How long the request still waits. */
  secondsLeft: number;
  /** What the account must reach before the request goes on, where that is what it waits for. */
  neededLevel: AssuranceLevel | undefined;
  uiLocales: unknown;
  loginHint: string;
  /** Everything the service asks for; `missing` is what of it was not allowed before. */
  requested: Consent;
  missing: Consent;
}

export type ReadInteraction =
  { outcome: 'open'; interaction: OpenInteraction } | { outcome: 'gone'; service: ServiceView | undefined };

export interface Interactions {
  /** The interaction of the address, if this browser is the one it was begun in. */
  read: (ctx: PageContext) => Promise<ReadInteraction>;
  /** The service of an interaction, also when it is over, in whatever browser it was begun. */
  serviceOf: (uid: string) => Promise<ServiceView | undefined>;
  /** Whether it still waits, in whatever browser it was begun. */
  isOpen: (uid: string) => Promise<boolean>;
  /** Gives the person more time, if this interaction is still open. */
  extend: (ctx: PageContext) => Promise<void>;
  /** Each of these answers with the address to go on to; where the interaction is over meanwhile, that is its own page, which says so. */
  finishSignIn: (ctx: PageContext, signedIn: { accountId: string; at: number; amr: string[] }) => Promise<string>;
  /** The person gave it in this session, which is raised by it; `amr`: what it was, beside the password. */
  finishSecondFactor: (
    ctx: PageContext,
    given: { accountId: string; sessionUid: string; amr: string[] },
  ) => Promise<string>;
  finishTerms: (ctx: PageContext) => Promise<string>;
  /** Whether the level is enough now is read from the account again. */
  finishLevel: (ctx: PageContext) => Promise<string>;
  finishConsent: (ctx: PageContext) => Promise<string>;
  /** The person confirmed this very request with the PIN. */
  finishPin: (ctx: PageContext, confirmed: { accountId: string; sessionUid: string }) => Promise<string>;
  refuse: (ctx: PageContext, why: keyof typeof refusals) => Promise<string>;
  /** Goes on without an answer: the engine asks again for what is missing. */
  askAgain: (ctx: PageContext) => Promise<string>;
}

/** The interaction that the address names. */
const uidOf = (ctx: PageContext): string => /^\/interaction\/([\w-]+)/.exec(ctx.path)?.[1] ?? '';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of a sign-in: two factors say so (RFC 8176). */
const acrOf = (amr: readonly string[]): string => (amr.includes('mfa') ? secondFactorAcr : passwordAcr);

const refusals = {
  access_denied: { error: 'access_denied', error_description: 'the person did not allow it' },
  level_not_sufficient: {
    error: 'access_denied',
    error_description: "the person's assurance level is not sufficient",
  },
  unmet_authentication_requirements: {
    error: 'unmet_authentication_requirements',
    error_description: 'the person cannot give what was asked for',
  },
};

interface Needs {
  provider: Provider;
  modelStore: ModelStore;
  giveMoreTime: ReturnType<typeof createMoreTime>;
}

export const createInteractions = ({ provider, modelStore, giveMoreTime }: Needs): Interactions => {
  const detailsOf = async (ctx: PageContext): Promise<Interaction | undefined> => {
    try {
      const details = await provider.interactionDetails(ctx.req, ctx.res);
      return details.uid === uidOf(ctx) ? details : undefined;
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  };

  const serviceOf = async (clientId: unknown, redirectUri?: string): Promise<ServiceView | undefined> => {
    const client = typeof clientId === 'string' ? await provider.Client.find(clientId) : undefined;
    return client === undefined ? undefined : describeService(client, redirectUri);
  };

  const serviceOfInteraction = async (uid: string) => serviceOf(await modelStore.clientOfInteraction(uid));
  const gone = async (ctx: PageContext): Promise<ReadInteraction> => ({
    outcome: 'gone',
    service: await serviceOfInteraction(uidOf(ctx)),
  });

  const finish = async (
    ctx: PageContext,
    result: InteractionResults,
    mergeWithLastSubmission: boolean,
  ): Promise<string> => {
    try {
      return await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission });
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return `/interaction/${uidOf(ctx)}`;
      throw error;
    }
  };

  return {
    read: async (ctx) => {
      const details = await detailsOf(ctx);
      if (details === undefined) return gone(ctx);

      const { uid, cid, exp, params, prompt, session } = details;
      const service = await serviceOf(params['client_id'], textOf(params['redirect_uri']));
      if (service === undefined) return gone(ctx);

      return {
        outcome: 'open',
        interaction: {
          uid,
          prompt: prompt.name,
          reasons: prompt.reasons,
          service,
          accountId: session?.accountId,
          sessionUid: session?.uid,
          chainId: cid,
          secondsLeft: exp - Math.floor(Date.now() / 1000), // by the engine's clock
          neededLevel: readNeededLevel(prompt.details),
          uiLocales: params['ui_locales'],
          loginHint: textOf(params['login_hint']),
          requested: requestedConsent(params),
          missing: missingConsent(prompt.details),
        },
      };
    },
    serviceOf: serviceOfInteraction,
    isOpen: modelStore.isInteractionOpen,
    extend: async (ctx) => {
      const details = await detailsOf(ctx);
      if (details !== undefined) await giveMoreTime(ctx, details);
    },
    // A sign-in voids whatever was given before it in this chain; `ts` keeps auth_time true on every later resume.
    finishSignIn: (ctx, { accountId, at, amr }) =>
      finish(ctx, { login: { accountId, acr: acrOf(amr), amr, ts: at } }, false),
    finishSecondFactor: (ctx, given) => finish(ctx, { [secondFactorResult]: given }, true),
    finishTerms: (ctx) => finish(ctx, { terms: {} }, true),
    finishLevel: (ctx) => finish(ctx, { [assuranceResult]: {} }, true),
    finishConsent: (ctx) => finish(ctx, { consent: {} }, true),
    askAgain: (ctx) => finish(ctx, {}, false),
    finishPin: (ctx, confirmed) => finish(ctx, { [pinResult]: confirmed }, true),
    refuse: (ctx, why) => finish(ctx, refusals[why], false),
  };
};
