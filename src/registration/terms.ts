// New terms of use are asked about once; what a person agreed to, and when, stands on the account and in the journal.
import type { Accounts } from '../accounts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { RegistrationVisit } from './registration-visit.ts';

interface Needs {
  accounts: Pick<Accounts, 'acceptTerms'>;
  journal: Journal;
  inTransaction: InTransaction;
  termsVersion: string;
  now: () => Date;
}

export const createTerms = ({ accounts, journal, inTransaction, termsVersion, now }: Needs) => ({
  accept: async (accountId: string, visit: RegistrationVisit): Promise<void> => {
    const terms = { version: termsVersion, acceptedAt: now() };
    await inTransaction(async (tx) => {
      await accounts.acceptTerms(tx, accountId, terms);
      await journal.writeIn(tx, { type: 'terms-accepted', accountId, termsVersion, ...visit });
    });
  },
  refuse: (accountId: string | undefined, visit: RegistrationVisit): Promise<void> =>
    journal.write({ type: 'terms-refused', accountId, termsVersion, ...visit }),
});

export type TermsRules = ReturnType<typeof createTerms>;
