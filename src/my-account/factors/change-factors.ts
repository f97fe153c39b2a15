// Adding and taking away what a person has besides the password: with what follows from it and what is told of it in one write, or not at all.
import type { Account, Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Devices } from '../../devices/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import { hasSecondFactor, type SecondFactors } from '../../second-factors/index.ts';
import type { AccountVisit } from '../account-visit.ts';

/** `since`: when they signed in, in epoch seconds. */
export interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

/** `codes`: recovery codes, made with the first factor and shown this once. */
export type FactorAdded =
  | { outcome: 'added'; codes: string[] }
  /** It is there already. */
  | { outcome: 'unchanged' }
  /** The session has ended meanwhile: nothing was changed. */
  | { outcome: 'signed-out' };
export type FactorRemoved = { outcome: 'removed' | 'unchanged' | 'signed-out' };
export type CodesMade = { outcome: 'made'; codes: string[] } | { outcome: 'unchanged' } | { outcome: 'signed-out' };

export interface ChangeNeeds {
  secondFactors: SecondFactors;
  accounts: Pick<Accounts, 'find' | 'holdStill'>;
  isAlive: (account: Account, session: { since: number; sessionUid: string }) => boolean;
  devices: Pick<Devices, 'forgetAll'>;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
}

/** Writes the factor itself; false where nothing was to be changed. */
type Write = (tx: Tx, account: Account) => Promise<boolean>;
type Event = 'factor-added' | 'factor-removed' | 'recovery-codes-made';

export const createChangeFactors = (needs: ChangeNeeds) => {
  const { secondFactors, accounts, devices, notices, journal, now } = needs;
  const { recoveryCodes } = secondFactors;

  const change = async (person: Person, event: Event, visit: AccountVisit, write: Write) => {
    const { id: accountId } = person.account;
    const at = now();
    const outcome = await needs.inTransaction(async (tx) => {
      // Written first: whoever ends this session at the same moment waits for us, or we see that they have.
      await accounts.holdStill(tx, accountId);
      const account = await accounts.find(accountId, tx);
      if (account === undefined || !needs.isAlive(account, person)) return 'signed-out' as const;
      if (!(await write(tx, account))) return 'unchanged' as const;
      await journal.writeIn(tx, { type: event, accountId, ...visit });
      await notices.tell(tx, account, event, { at, ...visit });
      return 'changed' as const;
    });
    if (outcome === 'changed') needs.delivery.nudge();
    return outcome;
  };

  /** The first of all brings recovery codes, and from then on every other browser has to show it once. */
  const add = async (
    person: Person,
    deviceCookie: string | undefined,
    visit: AccountVisit,
    write: Write,
  ): Promise<FactorAdded> => {
    const drawn = recoveryCodes.draw();
    let codes: string[] = [];
    const outcome = await change(person, 'factor-added', visit, async (tx, account) => {
      // Read here, where whatever else is added or taken away at the same moment has happened or waits.
      const isFirst = !hasSecondFactor(await secondFactors.ofAccount(account, tx));
      codes = isFirst ? drawn : [];
      if (!(await write(tx, account))) return false;
      if (!isFirst) return true;
      await recoveryCodes.replace(tx, account.id, drawn);
      await devices.forgetAll(tx, account.id, deviceCookie);
      return true;
    });
    return outcome === 'changed' ? { outcome: 'added', codes } : { outcome };
  };

  const remove = async (person: Person, kind: 'totp' | 'sms', visit: AccountVisit): Promise<FactorRemoved> => {
    const outcome = await change(person, 'factor-removed', visit, (tx, account) =>
      secondFactors.takeAway(tx, account, kind),
    );
    return { outcome: outcome === 'changed' ? 'removed' : outcome };
  };

  const makeCodes = async (person: Person, visit: AccountVisit): Promise<CodesMade> => {
    const codes = recoveryCodes.draw();
    const outcome = await change(person, 'recovery-codes-made', visit, async (tx, account) => {
      if (!hasSecondFactor(await secondFactors.ofAccount(account, tx))) return false;
      await recoveryCodes.replace(tx, account.id, codes);
      return true;
    });
    return outcome === 'changed' ? { outcome: 'made', codes } : { outcome };
  };

  return { add, remove, makeCodes };
};
