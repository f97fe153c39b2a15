// What happened to an account in the last twelve months, a page at a time, the newest first.
import type { PastEvent, PastEvents } from '../journal/index.ts';
import type { ClientStore } from '../oidc/index.ts';
import { typesOf, type HistoryGroup } from './history-groups.ts';

export interface HistoryEvent extends PastEvent {
  /** The name of the service it happened at; undefined where it was at none, or at one that nobody knows any more. */
  service: string | undefined;
}

export interface HistoryPage {
  events: HistoryEvent[];
  /** The id of the last event here, where there are older ones. */
  olderThan: string | undefined;
  /** Not the newest. */
  isLater: boolean;
}

interface Needs {
  pastEvents: PastEvents;
  clients: Pick<ClientStore, 'namesOf'>;
  limits: { months: number; onPage: number };
  now: () => Date;
}

const monthsBefore = (at: Date, months: number): Date => {
  const before = new Date(at);
  before.setUTCMonth(before.getUTCMonth() - months);
  return before;
};

export const createHistory = ({ pastEvents, clients, limits, now }: Needs) => {
  const withServices = async (events: readonly PastEvent[]): Promise<HistoryEvent[]> => {
    const names = await clients.namesOf(events.flatMap(({ clientId }) => clientId ?? []));
    return events.map((event) => ({ ...event, service: names.get(event.clientId ?? '') }));
  };

  return {
    /** All groups, or one; the newest, or what came before an event of this account. */
    read: async (
      accountId: string,
      { group, before }: { group: HistoryGroup | undefined; before: string | undefined },
    ): Promise<HistoryPage> => {
      const since = monthsBefore(now(), limits.months);
      const last = before === undefined ? undefined : await pastEvents.find(accountId, before);
      const found = await pastEvents.read(accountId, {
        types: typesOf(group),
        since,
        before: last,
        limit: limits.onPage + 1,
      });
      const events = await withServices(found.slice(0, limits.onPage));
      const olderThan = found.length > limits.onPage ? events.at(-1)?.id : undefined;
      return { events, olderThan, isLater: last !== undefined };
    },
    /** One that can be read here, as far back as there are any. */
    find: async (accountId: string, id: string): Promise<HistoryEvent | undefined> => {
      const event = await pastEvents.find(accountId, id);
      if (event === undefined || !typesOf(undefined).includes(event.type)) return undefined;
      return (await withServices([event]))[0];
    },
  };
};

export type History = ReturnType<typeof createHistory>;
