// The engine, set up: what is on, what is off, and which of our rules it asks.
import { Provider, type Configuration, type JWKS, type KoaContextWithOIDC } from 'oidc-provider';
import { featuresFor } from './features.ts';
import { createEntry } from './own-account/entry.ts';
import { ownClient } from './own-account/own-client.ts';
import { createSignedIn } from './own-account/signed-in.ts';
import { createWithPerson } from './own-account/with-person.ts';
import { createFindAccount, type IsAlive } from './tokens/accounts-for-engine.ts';
import { createClientRegistry } from './clients/client-registry.ts';
import { refuseOddSpellings } from './requests/plain-addresses.ts';
import { createAuthorizationByPost } from './requests/authorization-by-post.ts';
import { createAssertAssertion, createClientSecrets } from './clients/client-authentication.ts';
import { answerWithLevel, compareHashedSecrets, makeReplayDetectionAtomic } from './engine-internals.ts';
import { createLoadGrant } from './consent/grants.ts';
import { createInteractions } from './interactions.ts';
import { acrValues, pinAcr } from './requests/levels.ts';
import { isConfirmed } from './requests/pin-confirmation.ts';
import { createLogoutCall } from './sign-out/back-channel.ts';
import type { LogoutCall } from './sign-out/logout-call.ts';
import { signInClaims } from './tokens/token-claims.ts';
import { createWithInteraction } from './with-interaction.ts';
import { createTtl, type Lifetimes } from './tokens/lifetimes.ts';
import { ownMetadataNames } from './clients/client-metadata.ts';
import { createNoteSession } from './requests/note-session.ts';
import { createMoreTime } from './requests/more-time.ts';
import { createPrompts, levelOf } from './requests/prompts.ts';
import { createFetch } from './clients/outgoing-calls.ts';
import { createRenderError } from './requests/refusal-pages.ts';
import { claimsByScope } from './consent/scopes.ts';
import { createSignOut } from './sign-out/sign-out.ts';
import { createIsSomebodyElse } from './requests/requested-person.ts';
import { createPairwiseIdentifier, createSubjectFor } from './tokens/subjects.ts';
import { createReadClaims, type Accounts } from '../accounts/index.ts';
import { locales, stackOf, type PageContext, type Web } from '../web/index.ts';
import type { ClientStore } from './clients/client-store.ts';
import type { Consents } from './consent/consent-store.ts';
import type { ModelStore } from './records/model-store.ts';
import type { SessionEnds } from './sign-out/session-ends.ts';
import type { Journal } from '../journal/index.ts';
import type { SessionNotes } from '../sessions/index.ts';

interface Needs {
  issuer: URL;
  jwks: JWKS;
  cookieKeys: readonly string[];
  pairwiseKey: Buffer;
  clientSecretKey: Buffer;
  lifetimes: Lifetimes;
  allowPkceOptional: boolean;
  accounts: Accounts;
  isAlive: IsAlive;
  clients: ClientStore;
  consents: Consents;
  modelStore: ModelStore;
  sessionEnds: SessionEnds;
  journal: Journal;
  sessionNotes: SessionNotes;
  isProduction: boolean;
  web: Web;
  termsVersion: string;
  hasSecondFactor: (accountId: string) => Promise<boolean>;
  now: () => Date;
  random: (bytes: number) => Buffer;
  isUnavailable: (error: unknown) => boolean;
  /** Who sends the calls that tell services of an ended session. */
  connectLogoutCalls: (send: (call: LogoutCall) => Promise<void>) => void;
}

const cookiesFor = ({ web, cookieKeys }: Needs): Configuration['cookies'] => ({
  keys: [...cookieKeys],
  names: {
    session: web.cookies.nameOf('session'),
    interaction: web.cookies.nameOf('interaction'),
    resume: web.cookies.nameOf('resume'),
  },
  long: { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax', path: '/' },
  short: { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax' },
});

const signingAlgorithms = ['ES256', 'RS256', 'PS256'] as const;

const configurationFor = (needs: Needs): Configuration => ({
  adapter: needs.modelStore.adapterFor,
  acrValues,
  allowOmittingSingleRegisteredRedirectUri: false,
  claims: claimsByScope,
  clients: [ownClient(needs.issuer, needs.web.deployment.name)],
  assertJwtClientAuthClaimsAndHeader: createAssertAssertion(needs.now),
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  clientBasedCORS: (ctx, origin, client) =>
    (ctx.oidc.route === 'userinfo' || client.clientAuthMethod === 'none') &&
    (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
  clientDefaults: { id_token_signed_response_alg: 'ES256', subject_type: 'pairwise' },
  clockTolerance: 15,
  cookies: cookiesFor(needs),
  discovery: { claims_locales_supported: [...locales], ui_locales_supported: [...locales] },
  enabledJWA: {
    idTokenSigningAlgValues: ['ES256', 'RS256'],
    clientAuthSigningAlgValues: [...signingAlgorithms],
    dPoPSigningAlgValues: [...signingAlgorithms],
  },
  expiresWithSession: () => false,
  extraClientMetadata: { properties: ownMetadataNames },
  features: featuresFor(needs),
  fetch: createFetch({ allowLoopback: !needs.isProduction }),
  fetchResponseBodyLimits: { jwks_uri: 64 * 1024 },
  findAccount: createFindAccount({
    ...needs,
    readClaims: createReadClaims(needs.accounts),
  }),
  interactions: {
    policy: createPrompts({
      termsVersion: needs.termsVersion,
      hasSecondFactor: needs.hasSecondFactor,
      isSomebodyElse: createIsSomebodyElse({ subjectFor: createSubjectFor(needs.pairwiseKey) }),
    }),
    url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
  },
  extraTokenClaims: signInClaims,
  issueRefreshToken: (_ctx, client, source) =>
    client.grantTypeAllowed('refresh_token') && !('acr' in source && source.acr === pinAcr),
  jwks: needs.jwks,
  loadExistingGrant: createLoadGrant({ consents: needs.consents }),
  pairwiseIdentifier: createPairwiseIdentifier(needs.pairwiseKey),
  pkce: { required: (_ctx, client) => client['pkce_optional'] !== true },
  renderError: createRenderError({ show: needs.web.show, isUnavailable: needs.isUnavailable }),
  responseTypes: ['code'],
  rotateRefreshToken: () => true,
  scopes: [...Object.keys(claimsByScope), 'offline_access'],
  sectorIdentifierUriValidate: () => false,
  subjectTypes: ['pairwise', 'public'],
  ttl: createTtl(needs.lifetimes, needs.now),
});

/** For programs; people get our page. */
const answerUnavailable = (ctx: PageContext): void => {
  ctx.status = 503;
  ctx.set('Retry-After', '30');
  ctx.body = { error: 'temporarily_unavailable', error_description: 'something this server needs does not answer' };
};

/** `app` is the engine as the Koa application that pages are added to; what else it can do stays in this room. */
export const createProvider = (needs: Needs) => {
  const provider = new Provider(needs.issuer.origin, configurationFor(needs));
  makeReplayDetectionAtomic(provider);
  const clientSecrets = createClientSecrets(needs.clientSecretKey);
  compareHashedSecrets(provider, clientSecrets.matches);
  // `web.admit` has replaced what a client may have sent: these headers are ours.
  provider.proxy = true;
  provider.on('server_error', (ctx: KoaContextWithOIDC & PageContext, error) => {
    ctx.state.log.error({ code: error.name, stack: stackOf(error) }, 'engine failed');
    if (needs.isUnavailable(error)) answerUnavailable(ctx);
  });

  provider.on('authorization.accepted', (ctx) => {
    if (levelOf(ctx) === pinAcr && isConfirmed(ctx)) answerWithLevel(ctx, pinAcr, [...ctx.oidc.amr, 'pin']);
  });

  const { web, journal, sessionEnds, issuer } = needs;
  needs.connectLogoutCalls(createLogoutCall(provider));
  const giveMoreTime = createMoreTime({ ...needs, cookies: web.cookies });
  const interactions = createInteractions({ provider, modelStore: needs.modelStore, giveMoreTime });

  const entry = createEntry({ issuer, browserProof: web.browserProof, random: needs.random });
  const { signedIn, renew } = createSignedIn({ ...needs, provider, cookies: web.cookies });

  return {
    app: provider,
    /** What must come before the engine's own routes. */
    middleware: [
      refuseOddSpellings,
      createAuthorizationByPost(web),
      ...createSignOut({ provider, sessionEnds, journal, web }),
      createNoteSession(needs.sessionNotes),
    ],
    interactions,
    withInteraction: createWithInteraction({ interactions, ...web }),
    withPerson: createWithPerson({ signedIn, entry }),
    signedIn,
    renewSession: renew,
    readEntry: entry.read,
    clientRegistry: createClientRegistry({
      clients: needs.clients,
      validate: (metadata) => provider.Client.validate(metadata),
      protectSecret: clientSecrets.protect,
      allowPkceOptional: needs.allowPkceOptional,
    }),
  };
};
