// The engine's Grant of a session and a service, made from what the person allowed: remembered consent, or everything for our own services.
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Consent, Consents } from './consent-store.ts';

const isPresent = (value: unknown): value is string => typeof value === 'string' && value !== '';

const requested = ({ oidc }: KoaContextWithOIDC): Consent => ({
  scopes: [...oidc.requestParamOIDCScopes],
  claims: [...oidc.requestParamClaims],
  resourceScopes: Object.entries(oidc.resourceServers ?? {}).map(([indicator, { scopes }]) => ({
    indicator,
    scopes: [...oidc.requestParamScopes].filter((scope) => scopes.has(scope)),
  })),
});

const common = (asked: Consent, allowed: Consent): Consent => ({
  scopes: asked.scopes.filter((scope) => allowed.scopes.includes(scope)),
  claims: asked.claims.filter((claim) => allowed.claims.includes(claim)),
  resourceScopes: asked.resourceScopes.map(({ indicator, scopes }) => ({
    indicator,
    scopes: scopes.filter((scope) =>
      allowed.resourceScopes.some((resource) => resource.indicator === indicator && resource.scopes.includes(scope)),
    ),
  })),
});

const missingIn = (grant: Grant | undefined, wanted: Consent): Consent => {
  if (grant === undefined) return wanted;
  const has = (encountered: string, scope: string) => encountered.split(' ').includes(scope);
  return {
    scopes: wanted.scopes.filter((scope) => !has(grant.getOIDCScopeEncountered(), scope)),
    claims: wanted.claims.filter((claim) => !grant.getOIDCClaimsEncountered().includes(claim)),
    resourceScopes: wanted.resourceScopes.map(({ indicator, scopes }) => ({
      indicator,
      scopes: scopes.filter((scope) => !has(grant.getResourceScopeEncountered(indicator), scope)),
    })),
  };
};

const isEmpty = ({ scopes, claims, resourceScopes }: Consent): boolean =>
  scopes.length === 0 && claims.length === 0 && resourceScopes.every((resource) => resource.scopes.length === 0);

const addTo = (grant: Grant, { scopes, claims, resourceScopes }: Consent): void => {
  if (scopes.length > 0) grant.addOIDCScope(scopes);
  if (claims.length > 0) grant.addOIDCClaims(claims);
  for (const resource of resourceScopes.filter((entry) => entry.scopes.length > 0))
    grant.addResourceScope(resource.indicator, resource.scopes);
};

const contentsOf = (grant: Grant | undefined): Consent => ({
  scopes: grant?.getOIDCScope().split(' ').filter(isPresent) ?? [],
  claims: grant?.getOIDCClaims() ?? [],
  resourceScopes: Object.entries(grant?.resources ?? {}).map(([indicator, scope]) => ({
    indicator,
    scopes: scope.split(' ').filter(isPresent),
  })),
});

/** The engine's `loadExistingGrant`: the session's Grant for this service, completed by what the person allowed before. */
export const createLoadGrant =
  ({ consents }: { consents: Consents }) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { account, client, provider, session } = ctx.oidc;
    if (account === undefined || client === undefined || session === undefined) return undefined;

    const grantId = session.grantIdFor(client.clientId);
    const current = isPresent(grantId) ? await provider.Grant.find(grantId) : undefined;
    const { accountId } = account;
    const { clientId } = client;
    const isOurs = client['first_party'] === true;
    const isStillAllowed = async () => isOurs || consents.noteUsed(accountId, clientId);

    const asked = requested(ctx);
    const allowed = isOurs ? asked : common(asked, await consents.find(accountId, clientId));
    const missing = missingIn(current, allowed);
    if (isEmpty(missing)) return current !== undefined && (await isStillAllowed()) ? current : undefined;

    // Always a new one: saving the one that was read would bring it back if it was destroyed meanwhile.
    const grant = new provider.Grant({ accountId, clientId });
    addTo(grant, contentsOf(current));
    addTo(grant, missing);
    await grant.save();
    if (await isStillAllowed()) return grant;

    // Withdrawn since it was read: what was allowed then must not come back.
    await grant.destroy();
    return undefined;
  };
