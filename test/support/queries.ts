// What the product asks of the database while something is done, as the database itself writes it down.
import { nativeCollection } from '../../src/mongo/index.ts';
import type { TestCivicId } from './civic-id.ts';

interface ProfileEntry {
  op: string;
  ns: string;
  command: Record<string, unknown>;
}

/** Whoever sends messages looks for them at times of their own. */
const isInTheBackground = ({ op, ns }: ProfileEntry): boolean => ns.endsWith('.messages') && op !== 'insert';

/** Counts commands by collection, from now on until `stop`, which hands them back. */
export const countQueries = async ({ connection }: TestCivicId) => {
  const database = connection.getClient().db(connection.name);
  const profile = nativeCollection<ProfileEntry>(connection, 'system.profile');
  const before = await profile.countDocuments();
  await database.command({ profile: 2 });

  return {
    stop: async (): Promise<Record<string, number>> => {
      await database.command({ profile: 0 });
      const entries = (await profile.find().toArray()).slice(before).filter((entry) => !isInTheBackground(entry));
      const names = entries
        .filter(({ ns }) => !ns.endsWith('.system.profile'))
        .map(({ op, ns }) => `${op} ${ns.slice(connection.name.length + 1)}`);
      return Object.fromEntries([...Map.groupBy(names, String)].map(([name, all]) => [name, all.length]).sort());
    },
  };
};
