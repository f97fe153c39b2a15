// Which services have something of a person: what each may see, since when, when it last got it, and an end to it.
import { namedClaims, ownClientId, shownClaims } from '../../oidc/index.ts';
import type { Account, ReadClaims } from '../../accounts/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { ClientStore, Consent, Consents, HeldByService, ModelStore, SessionEnds } from '../../oidc/index.ts';
import type { AccountVisit } from '../account-visit.ts';

export interface ServiceOfPerson {
  clientId: string;
  name: string;
  /** It never asks: the deployment answers for it. */
  isFirstParty: boolean;
  /** It is registered no more: nobody can visit it. */
  isOff: boolean;
  /** Names of the claims that it may see, in the order of the consent page. */
  claims: string[];
  resourceScopes: Consent['resourceScopes'];
  /** When it was first allowed; undefined for a service that never asks. */
  since: Date | undefined;
  lastUsedAt: Date | undefined;
  /** Until when it can get what it may see without the person; undefined where it cannot. */
  renewsUntil: Date | undefined;
}

interface Needs {
  consents: Pick<Consents, 'listOf' | 'remove'>;
  modelStore: Pick<ModelStore, 'heldByServices'>;
  clients: Pick<ClientStore, 'factsOf'>;
  sessionEnds: Pick<SessionEnds, 'leaveServiceEverywhere'>;
  readClaims: ReadClaims;
  journal: Pick<Journal, 'writeIn'>;
}

const latest = (times: readonly (number | undefined)[]): Date | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : new Date(Math.max(...known));
};

const together = (all: readonly Consent[]): Consent => ({
  scopes: [...new Set(all.flatMap(({ scopes }) => scopes))],
  claims: [...new Set(all.flatMap(({ claims }) => claims))],
  resourceScopes: [
    ...Map.groupBy(
      all.flatMap(({ resourceScopes }) => resourceScopes),
      ({ indicator }) => indicator,
    ),
  ].map(([indicator, entries]) => ({ indicator, scopes: [...new Set(entries.flatMap(({ scopes }) => scopes))] })),
});

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);

export const createServicesOfPerson = (needs: Needs) => {
  const { consents, modelStore, clients, sessionEnds, readClaims, journal } = needs;

  /** The one used last first. */
  const list = async (account: Account): Promise<ServiceOfPerson[]> => {
    const [given, held] = await Promise.all([consents.listOf(account.id), modelStore.heldByServices(account.id)]);
    const heldBy = Map.groupBy(held, ({ clientId }): string => clientId);
    const consentTo = new Map(given.map((consent) => [consent.clientId, consent]));
    const clientIds = [...new Set([...consentTo.keys(), ...heldBy.keys()])].filter((id) => id !== ownClientId);
    const facts = await clients.factsOf(clientIds);
    const values = await readClaims(account, namedClaims(together([...given, ...held])));

    const services = clientIds.map((clientId): ServiceOfPerson => {
      const consent = consentTo.get(clientId);
      const grants: HeldByService[] = heldBy.get(clientId) ?? [];
      const allowed = together(consent === undefined ? grants : [consent, ...grants]);
      return {
        clientId,
        name: facts.get(clientId)?.name ?? clientId,
        isFirstParty: facts.get(clientId)?.isFirstParty ?? false,
        isOff: facts.get(clientId)?.isDisabled ?? true,
        claims: shownClaims(allowed, values),
        resourceScopes: allowed.resourceScopes.filter(({ scopes }) => scopes.length > 0),
        since: consent?.givenAt,
        lastUsedAt: latest([consent?.lastUsedAt?.getTime(), ...grants.map(({ lastGivenAt }) => lastGivenAt * 1000)]),
        renewsUntil: latest(grants.map(({ renewsUntil }) => milliseconds(renewsUntil))),
      };
    });
    return services.sort((a, b) => (b.lastUsedAt?.getTime() ?? 0) - (a.lastUsedAt?.getTime() ?? 0));
  };

  const find = async (account: Account, clientId: string): Promise<ServiceOfPerson | undefined> =>
    (await list(account)).find((service) => service.clientId === clientId);

  /** From then on nothing that the service has works, and its next visit asks anew. `unknown`: it has nothing. */
  const withdraw = async (
    { id: accountId }: Account,
    clientId: string,
    visit: AccountVisit,
  ): Promise<{ outcome: 'withdrawn' | 'unknown' }> => {
    if (clientId === ownClientId) return { outcome: 'unknown' };
    const isLeft = await sessionEnds.leaveServiceEverywhere(accountId, clientId, {
      remove: (tx) => consents.remove(tx, accountId, clientId),
      note: (tx) => journal.writeIn(tx, { type: 'service-withdrawn', accountId, ...visit, clientId }),
    });
    return { outcome: isLeft ? 'withdrawn' : 'unknown' };
  };

  return { list, find, withdraw };
};

export type ServicesOfPerson = ReturnType<typeof createServicesOfPerson>;
