// What a killed process had begun in the database stays there for a minute, with its locks; tests end it at once.
import type { Connection } from '../../src/mongo/index.ts';
import { until } from './ledger.ts';

const abandonedMicros = 2_000_000; // of a living process a transaction is never idle for so long

interface IdleSession {
  lsid: { id: unknown };
}

const findAbandoned = (connection: Connection): Promise<IdleSession[]> =>
  connection
    .getClient()
    .db('admin')
    .aggregate<IdleSession>(
      [
        { $currentOp: { allUsers: true, idleSessions: true } },
        { $match: { type: 'idleSession', 'transaction.timeOpenMicros': { $gt: abandonedMicros } } },
      ],
      { readConcern: 'local' },
    )
    .toArray();

/** Waits until there is such a transaction, and ends it. */
export const endOrphanedTransaction = async (connection: Connection): Promise<void> => {
  await until(async () => {
    const found = await findAbandoned(connection);
    for (const { lsid } of found)
      await connection
        .getClient()
        .db('admin')
        .command({ killSessions: [{ id: lsid.id }] });
    return found.length > 0;
  });
};
