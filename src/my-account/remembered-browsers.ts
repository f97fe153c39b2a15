// Browsers that are asked for no code: a person sees them and forgets one or all.
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { AccountVisit } from './account-visit.ts';

interface Needs {
  devices: Pick<Devices, 'list' | 'forget' | 'forgetAll'>;
  journal: Pick<Journal, 'writeIn'>;
  inTransaction: InTransaction;
}

export const createRememberedBrowsers = ({ devices, journal, inTransaction }: Needs) => ({
  list: devices.list,

  /** `unknown`: it is forgotten already, or somebody else's. */
  forget: (accountId: string, id: string, visit: AccountVisit): Promise<{ outcome: 'forgotten' | 'unknown' }> =>
    inTransaction(async (tx) => {
      if (!(await devices.forget(tx, accountId, id))) return { outcome: 'unknown' };
      await journal.writeIn(tx, { type: 'device-forgotten', accountId, ...visit });
      return { outcome: 'forgotten' };
    }),

  forgetAll: (accountId: string, visit: AccountVisit): Promise<{ outcome: 'all-forgotten' | 'none' }> =>
    inTransaction(async (tx) => {
      if ((await devices.forgetAll(tx, accountId)) === 0) return { outcome: 'none' };
      await journal.writeIn(tx, { type: 'devices-forgotten', accountId, ...visit });
      return { outcome: 'all-forgotten' };
    }),
});

export type RememberedBrowsers = ReturnType<typeof createRememberedBrowsers>;
