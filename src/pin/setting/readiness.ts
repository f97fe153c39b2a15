// Whether a person may have a PIN, and what they need for it first.
import { isLevelAtLeast, type Account } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';

export const pinNeeds = ['email', 'phone', 'standard', 'confirmed'] as const;
/** A confirmed contact, or a level of the account. */
export type PinNeed = (typeof pinNeeds)[number];

/** `unreachable`: no SMS goes to this phone from here. */
export type MissingForPin = PinNeed | 'unreachable';

interface Needs {
  needs: readonly PinNeed[];
  delivery: Pick<Delivery, 'reaches'>;
}

type Ready = Pick<Account, 'level' | 'phone' | 'email'>;

const hasIt = ({ level, phone, email }: Ready, need: PinNeed): boolean => {
  switch (need) {
    case 'email':
      return Boolean(email?.confirmedAt);
    case 'phone':
      return Boolean(phone?.confirmedAt);
    case 'standard':
    case 'confirmed':
      return isLevelAtLeast(level, need);
  }
};

/** In the order in which they are to be got; nothing is missing where the list is empty. */
export const createReadiness =
  ({ needs, delivery }: Needs) =>
  (account: Ready): { missing: MissingForPin[] } => {
    // The code goes to the phone whatever else is asked for.
    const missing = pinNeeds.filter((need) => (need === 'phone' || needs.includes(need)) && !hasIt(account, need));
    const { phone } = account;
    const isReached = !phone?.confirmedAt || delivery.reaches('sms', phone.value);
    return { missing: isReached ? missing : [...missing, 'unreachable'] };
  };

export type ReadinessOf = ReturnType<typeof createReadiness>;
