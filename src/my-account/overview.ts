// What a person sees of the account at a glance, and what in it needs them.
import type { Account } from '../accounts/index.ts';

export type PinState = 'none' | 'locked' | 'outdated' | 'usable';

/** Each with its own words, and one thing to do. */
export type Attention = 'pin-locked' | 'pin-outdated' | 'pin-none' | 'level-basic';

export interface Overview {
  account: Account;
  pin: PinState;
  attention: Attention[];
}

interface Needs {
  /** What `pin/` tells; given in rules.ts. */
  pinStateOf: (accountId: string) => Promise<PinState>;
}

const attentionTo = ({ level }: Account, pin: PinState): Attention[] => [
  ...(pin === 'locked' ? (['pin-locked'] as const) : []),
  ...(pin === 'outdated' ? (['pin-outdated'] as const) : []),
  ...(pin === 'none' && level === 'confirmed' ? (['pin-none'] as const) : []),
  ...(level === 'basic' ? (['level-basic'] as const) : []),
];

export const createOverview =
  ({ pinStateOf }: Needs) =>
  async (account: Account): Promise<Overview> => {
    const pin = await pinStateOf(account.id);
    return { account, pin, attention: attentionTo(account, pin) };
  };

export type ReadOverview = ReturnType<typeof createOverview>;
