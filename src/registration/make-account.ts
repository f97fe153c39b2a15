// The last button makes the account, once: with its contact, its password and the terms that were accepted.
import type { Accounts, NewAccount } from '../accounts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Tx } from '../mongo/index.ts';
import type { Answers } from './answers.ts';
import type { Steps } from './steps.ts';
import type { RegistrationVisit } from './registration-visit.ts';

/** `taken`: somebody has made an account with this contact since it was proved. */
export type Created = { outcome: 'created' | 'taken' | 'gone' };

interface Needs {
  accounts: Accounts;
  journal: Journal;
  termsVersion: string;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

const profileOf = ({ familyName, givenName, middleName, locale }: Answers) => ({
  familyName,
  givenName,
  ...(middleName === '' ? {} : { middleName }),
  locale,
});

/** Ends the transaction: the account is made of the answers that were checked, or not at all. */
class FlowMoved extends Error {}

export const createMakeAccount = (needs: Needs, { at, change }: Steps) => {
  const addOnce = async (
    account: NewAccount,
    also: (tx: Tx) => Promise<void>,
  ): Promise<'added' | 'taken' | 'moved'> => {
    try {
      return (await needs.accounts.add(account, also)).outcome;
    } catch (error) {
      if (error instanceof FlowMoved) return 'moved';
      throw error;
    }
  };

  return async (token: string | undefined, visit: RegistrationVisit): Promise<Created> => {
    const flow = await at(token, 'check');
    if (flow === undefined) return { outcome: 'gone' };

    const { answers } = flow;
    const { accountId, contact, confirmedAt, passwordVerifier } = answers;
    if (contact === null || passwordVerifier === null) return { outcome: 'gone' };

    const confirmed = { value: contact.value, confirmedAt: new Date((confirmedAt ?? 0) * 1000) };
    const account = {
      id: accountId,
      state: 'active' as const,
      level: 'basic' as const,
      profile: profileOf(answers),
      [contact.kind]: confirmed,
      identifiers: [contact],
      passwordVerifier,
      terms: { version: needs.termsVersion, acceptedAt: needs.now() },
    };
    const facts = { accountId, ...visit };
    const isDone = {
      createdAt: Math.floor(needs.now().getTime() / 1000),
      passwordVerifier: null,
      openedWith: contact.kind,
      contact: null,
      confirmedAt: null,
    };
    const added = await addOnce(account, async (tx) => {
      if ((await change(flow, isDone, tx)) === undefined) throw new FlowMoved('answers changed meanwhile');
      await needs.journal.writeIn(tx, { type: 'registered', ...facts });
      await needs.journal.writeIn(tx, { type: 'terms-accepted', termsVersion: needs.termsVersion, ...facts });
    });
    if (added === 'moved') return { outcome: 'gone' };
    // A press that came twice finds the account that the first one made.
    if (added === 'taken' && (await needs.accounts.find(accountId)) === undefined) return { outcome: 'taken' };

    await needs.checkpoint('account created');
    return { outcome: 'created' };
  };
};
