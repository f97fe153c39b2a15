// A person's own data: what a registry has confirmed stays as it is, the rest is theirs to change.
import type { AccountVisit } from '../account-visit.ts';
import type { Account, Accounts, Details, Name, Preferences } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { FreshProof } from '../../sessions/index.ts';

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

interface Needs {
  accounts: Pick<Accounts, 'find' | 'setName' | 'setDetails' | 'setPreferences'>;
  isAlive: (account: Account, session: { since: number; sessionUid: string }) => boolean;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** `confirmed`: a registry has said the name. `gone`: the session has ended meanwhile. */
export type NameChanged = { outcome: 'changed' | 'confirmed' | 'gone' };

export const createProfile = ({ accounts, notices, journal, ...needs }: Needs) => {
  /** As it is in the transaction: a session that somebody else ends in this moment must not change anything. */
  const findAlive = async (tx: Tx, { account, ...session }: Person): Promise<Account | undefined> => {
    const current = await accounts.find(account.id, tx);
    return current !== undefined && needs.isAlive(current, session) ? current : undefined;
  };

  /** Services learn it at once, so the password is fresh and every contact is told. */
  const rename = async (person: Person, proof: FreshProof, name: Name, visit: AccountVisit): Promise<NameChanged> => {
    const { id } = person.account;
    if (proof.accountId !== id || proof.sessionUid !== person.sessionUid) throw new Error("somebody else's proof");
    const at = needs.now();
    const outcome = await needs.inTransaction(async (tx) => {
      const current = await findAlive(tx, person);
      if (current === undefined) return 'gone' as const;
      if (!(await accounts.setName(tx, id, name))) return 'confirmed' as const;
      await needs.checkpoint('name written');
      await journal.writeIn(tx, { type: 'profile-changed', accountId: id, ...visit });
      await notices.tell(tx, current, 'name-changed', { at, device: visit.device, requestId: visit.requestId });
      return 'changed' as const;
    });
    if (outcome === 'changed') needs.delivery.nudge();
    return { outcome };
  };

  /** Told too: a service may take them for the person's own words. */
  const changeDetails = async (
    person: Person,
    proof: FreshProof,
    details: Details,
    visit: AccountVisit,
  ): Promise<{ outcome: 'changed' | 'gone' }> => {
    const { id } = person.account;
    if (proof.accountId !== id || proof.sessionUid !== person.sessionUid) throw new Error("somebody else's proof");
    const at = needs.now();
    const outcome = await needs.inTransaction(async (tx) => {
      const current = await findAlive(tx, person);
      if (current === undefined) return 'gone' as const;
      await accounts.setDetails(tx, id, details);
      await needs.checkpoint('details written');
      await journal.writeIn(tx, { type: 'profile-changed', accountId: id, ...visit });
      await notices.tell(tx, current, 'details-changed', { at, device: visit.device, requestId: visit.requestId });
      return 'changed' as const;
    });
    if (outcome === 'changed') needs.delivery.nudge();
    return { outcome };
  };

  const prefer = (
    person: Person,
    preferences: Preferences,
    visit: AccountVisit,
  ): Promise<{ outcome: 'saved' | 'gone' }> =>
    needs.inTransaction(async (tx) => {
      if ((await findAlive(tx, person)) === undefined) return { outcome: 'gone' };
      await accounts.setPreferences(tx, person.account.id, preferences);
      await journal.writeIn(tx, { type: 'profile-changed', accountId: person.account.id, ...visit });
      return { outcome: 'saved' };
    });

  return { rename, changeDetails, prefer };
};

export type ProfileRules = ReturnType<typeof createProfile>;
