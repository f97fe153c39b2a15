// After twelve months a person is reminded that a PIN can be changed, and never made to (PIN-13).
import type { PinStore } from './store.ts';

interface Needs {
  pins: Pick<PinStore, 'read' | 'dismissReminder'>;
  afterDays: number;
  now: () => Date;
}

const dayMilliseconds = 24 * 3600 * 1000;

export const createReminder = ({ pins, afterDays, now }: Needs) => ({
  /** Whether it is time; a person who said "later" is left alone as long again. */
  reminderFor: async (accountId: string): Promise<{ isDue: boolean }> => {
    const record = await pins.read(accountId);
    if (record?.state !== 'usable') return { isDue: false };
    const since = Math.max(record.setAt.getTime(), record.reminderDismissedAt?.getTime() ?? 0);
    return { isDue: now().getTime() - since >= afterDays * dayMilliseconds };
  },
  dismissReminder: pins.dismissReminder,
});
