// Everything that is held of a person, for that person: to read, and as a file. Taking the file is told on every contact.
import { namedClaims } from '../../oidc/index.ts';
import { isAlive, type FreshProof } from '../../sessions/index.ts';
import type { Accounts, Claims, ReadClaims } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { HeldEntry, HeldValue, InTransaction } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { ClientStore, SignedInPerson } from '../../oidc/index.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { Holding } from '../holding.ts';

export interface HeldPart {
  collection: string;
  entries: HeldEntry[];
}

export interface OwnData {
  parts: HeldPart[];
  /** What services are called that stand in it. */
  names: ReadonlyMap<string, string>;
  /** What the account has of the claims that services may see. */
  values: Claims;
}

interface Needs {
  holdings: readonly Holding[];
  accounts: Pick<Accounts, 'find'>;
  clients: Pick<ClientStore, 'namesOf'>;
  readClaims: ReadClaims;
  journal: Pick<Journal, 'writeIn'>;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

const servicesIn = ({ service, services }: HeldEntry): string[] => [
  ...(typeof service === 'string' ? [service] : []),
  ...(Array.isArray(services) ? services.filter((one) => typeof one === 'string') : []),
];

const listIn = (value: HeldValue): string[] =>
  typeof value === 'object' && value !== null && !(value instanceof Date) ? [...value] : [];

/** What an entry lets a service see. */
export const allowedBy = ({ scopes, claims }: HeldEntry) => ({ scopes: listIn(scopes), claims: listIn(claims) });

export const createOwnData = (needs: Needs) => {
  const { holdings, accounts, journal, notices, inTransaction, now } = needs;

  const read = async (accountId: string): Promise<OwnData> => {
    const parts = await Promise.all(
      holdings.flatMap(({ collection, read: readOne }) =>
        readOne === undefined ? [] : [readOne(accountId).then((entries) => ({ collection, entries }))],
      ),
    );
    const names = await needs.clients.namesOf(parts.flatMap(({ entries }) => entries.flatMap(servicesIn)));
    const account = await accounts.find(accountId);
    const asked = parts.flatMap(({ entries }) => entries.flatMap((entry) => namedClaims(allowedBy(entry))));
    const values = account === undefined ? {} : await needs.readClaims(account, [...new Set(asked)]);
    return { parts, names, values };
  };

  /** `over`: the session has ended meanwhile. */
  const download = async (
    { account: { id: accountId }, sessionUid, since }: SignedInPerson,
    proof: FreshProof,
    visit: AccountVisit,
  ): Promise<{ outcome: 'given'; file: string } | { outcome: 'over' }> => {
    if (proof.accountId !== accountId || proof.sessionUid !== sessionUid) return { outcome: 'over' };
    const at = now();
    const isTold = await inTransaction(async (tx) => {
      const account = await accounts.find(accountId, tx);
      if (account === undefined || !isAlive(account, { since, sessionUid })) return false;
      await journal.writeIn(tx, { type: 'data-downloaded', accountId, ...visit });
      await notices.tell(tx, account, 'data-downloaded', { at, device: visit.device, requestId: visit.requestId });
      return true;
    });
    if (!isTold) return { outcome: 'over' };

    await needs.checkpoint('download told');
    needs.delivery.nudge();
    const { parts } = await read(accountId);
    const held = Object.fromEntries(parts.map(({ collection, entries }) => [collection, entries]));
    const notByAccount = Object.fromEntries(
      holdings.flatMap(({ collection, read: readOne, why }) => (readOne === undefined ? [[collection, why]] : [])),
    );
    return { outcome: 'given', file: JSON.stringify({ madeAt: at, held, notByAccount }, null, 2) };
  };

  return { read, download };
};

export type OwnDataRules = ReturnType<typeof createOwnData>;
