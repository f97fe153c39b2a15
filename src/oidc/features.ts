// What of the engine is switched on, beyond its core.
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { assertClaimsParameter } from './requests/claims-parameter.ts';
import { askedLevels } from './requests/prompts.ts';
import { createSignOutPages } from './sign-out/sign-out-pages.ts';
import { createIntrospectionPolicy } from './tokens/introspection.ts';
import { createResources } from './tokens/resources.ts';
import type { Accounts } from '../accounts/index.ts';
import type { ClientStore } from './clients/client-store.ts';
import type { IsAlive } from './tokens/accounts-for-engine.ts';
import type { Lifetimes } from './tokens/lifetimes.ts';
import type { Web } from '../web/index.ts';

interface Needs {
  clients: ClientStore;
  lifetimes: Lifetimes;
  accounts: Accounts;
  isAlive: IsAlive;
  web: Web;
}

const assertClaims = (ctx: KoaContextWithOIDC, claims: object): void => {
  assertClaimsParameter(claims, ctx.oidc.client?.scope);
  askedLevels(ctx);
};

export const featuresFor = ({ clients, lifetimes, accounts, isAlive, web }: Needs): Configuration['features'] => ({
  devInteractions: { enabled: false },
  backchannelLogout: { enabled: true },
  claimsParameter: { enabled: true, assertClaimsParameter: assertClaims },
  clientCredentials: { enabled: true },
  dPoP: { enabled: true },
  introspection: { enabled: true, allowedPolicy: createIntrospectionPolicy({ accounts, isAlive }) },
  pushedAuthorizationRequests: { enabled: true },
  resourceIndicators: {
    enabled: true,
    ...createResources({
      clients,
      accessTokenTtl: { opaque: lifetimes.accessTokenOpaque, jwt: lifetimes.accessTokenJwt },
    }),
  },
  revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
  rpInitiatedLogout: { enabled: true, ...createSignOutPages(web) },
  userinfo: { enabled: true },
});
