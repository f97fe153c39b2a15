// A second contact that was proved is added once; whoever came second is told so, and so is the one who has it.
import type { Answers } from './answers.ts';
import type { TellOwner } from './registration-code.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { Steps } from './steps.ts';
import type { Accounts } from '../accounts/index.ts';
import type { Flow } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';

interface Needs {
  accounts: Accounts;
  journal: Journal;
  inTransaction: InTransaction;
  tellOwner: TellOwner;
  now: () => Date;
}

export const createSecondContact = (needs: Needs, { change }: Pick<Steps, 'change'>) => {
  const { accounts, journal, inTransaction, tellOwner, now } = needs;

  /** The page that all is done with says what came of it. */
  return async (flow: Flow<Answers>, visit: RegistrationVisit): Promise<{ outcome: 'right' | 'gone' }> => {
    const { accountId, contact } = flow.answers;
    if (contact === null) return { outcome: 'gone' };

    const added = await inTransaction(async (tx) => {
      const { outcome } = await accounts.addContact(tx, accountId, { ...contact, confirmedAt: now() });
      if (outcome === 'added') await journal.writeIn(tx, { type: 'contact-added', accountId, ...visit });
      return outcome;
    });
    // Ours already where the same person was faster in another tab.
    const owner = added === 'added' ? undefined : await accounts.findHolder(contact);
    const isSecondTaken = owner !== undefined && owner.id !== accountId;
    await change(flow, { hasSecond: !isSecondTaken, isSecondTaken, contact: null });
    if (owner === undefined || !isSecondTaken) return { outcome: 'right' };

    await tellOwner(flow, owner.profile.locale, visit);
    return { outcome: 'gone' };
  };
};
