// The last button makes the account, once: with its contact, its password and the terms that were accepted.
import type { Accounts } from '../accounts/index.ts';
import type { Flow } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Answers, Step } from './answers.ts';
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

interface Steps {
  at: (token: string | undefined, step: Step) => Promise<Flow<Answers> | undefined>;
  change: (flow: Flow<Answers>, changes: Partial<Answers>) => Promise<Flow<Answers> | undefined>;
}

const profileOf = ({ familyName, givenName, middleName, locale }: Answers) => ({
  familyName,
  givenName,
  ...(middleName === '' ? {} : { middleName }),
  locale,
});

export const createMakeAccount = (needs: Needs, { at, change }: Steps) => {
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
    const added = await needs.accounts.add(account, async (tx) => {
      await needs.journal.writeIn(tx, { type: 'registered', ...facts });
      await needs.journal.writeIn(tx, { type: 'terms-accepted', termsVersion: needs.termsVersion, ...facts });
    });
    // A press that came twice, or again after a crash, finds the account that it made.
    if (added.outcome === 'taken' && (await needs.accounts.find(accountId)) === undefined) return { outcome: 'taken' };

    await needs.checkpoint('account created');
    await change(flow, {
      createdAt: Math.floor(needs.now().getTime() / 1000),
      passwordVerifier: null,
      openedWith: contact.kind,
      contact: null,
      confirmedAt: null,
    });
    return { outcome: 'created' };
  };
};
