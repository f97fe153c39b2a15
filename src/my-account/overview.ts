// What a person sees of the account at a glance, and what in it needs them.
import type { Account } from '../accounts/index.ts';

export type PinState = 'none' | 'locked' | 'outdated' | 'usable';

/** Each with its own words, and one thing to do. */
export type Attention = 'pin-locked' | 'pin-outdated' | 'pin-none' | 'pin-old' | 'level-basic';

/** `setAt`: since when there is this PIN. */
export interface PinStatus {
  state: PinState;
  setAt?: Date;
}

export interface Overview<Of = Account> {
  account: Of;
  pin: PinStatus;
  attention: Attention[];
}

interface Needs {
  /** What `pin/` tells; given in rules.ts. */
  pin: {
    statusOf: (accountId: string) => Promise<PinStatus>;
    /** What a person still lacks for one. */
    readinessOf: (account: Account) => { missing: readonly string[] };
    reminderFor: (accountId: string) => Promise<{ isDue: boolean }>;
  };
}

export const createOverview = ({ pin }: Needs) => {
  const toPin = async (account: Account, { state }: PinStatus): Promise<Attention[]> => {
    switch (state) {
      case 'locked':
        return ['pin-locked'];
      case 'outdated':
        return ['pin-outdated'];
      case 'none':
        return pin.readinessOf(account).missing.length === 0 ? ['pin-none'] : [];
      case 'usable':
        return (await pin.reminderFor(account.id)).isDue ? ['pin-old'] : [];
    }
  };

  return async (account: Account): Promise<Overview> => {
    const status = await pin.statusOf(account.id);
    const toLevel = account.level === 'basic' ? (['level-basic'] as const) : [];
    return { account, pin: status, attention: [...(await toPin(account, status)), ...toLevel] };
  };
};

export type ReadOverview = ReturnType<typeof createOverview>;
