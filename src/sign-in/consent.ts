// What a service will learn, value by value, before it learns it; what was allowed once is not asked again.
import { namedClaims, shownClaims, type Consent, type Consents, type OfferedClaim } from '../oidc/index.ts';
import type { Account, Accounts, ReadClaims } from '../accounts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { OpenInteraction } from '../oidc/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

export interface Offer {
  account: Account;
  claims: OfferedClaim[];
  /** The service was allowed something before and asks for more. */
  isRenewed: boolean;
  isLasting: boolean;
  resourceScopes: Consent['resourceScopes'];
}

interface Needs {
  accounts: Accounts;
  consents: Consents;
  journal: Journal;
  readClaims: ReadClaims;
}

/** What the page shows, and so what a person can allow: with `prompt=consent` everything again, otherwise what was not allowed before. */
const shownPart = ({ reasons, requested, missing }: OpenInteraction): Consent =>
  reasons.includes('consent_prompt') ? requested : missing;

export const createConsent = ({ accounts, consents, journal, readClaims }: Needs) => {
  /** Undefined when nobody is signed in any more. */
  const offer = async (interaction: OpenInteraction): Promise<Offer | undefined> => {
    const account = interaction.accountId === undefined ? undefined : await accounts.find(interaction.accountId);
    if (account?.state !== 'active') return undefined;

    const shown = shownPart(interaction);
    const values = await readClaims(account, namedClaims(shown));
    const before = await consents.find(account.id, interaction.service.clientId);
    return {
      account,
      claims: shownClaims(shown, values).map((name) => ({ name, value: values[name] })),
      isRenewed: before.scopes.length > 0,
      isLasting: shown.scopes.includes('offline_access'),
      resourceScopes: shown.resourceScopes,
    };
  };

  const allow = async (interaction: OpenInteraction, account: Account, visit: SignInVisit): Promise<void> => {
    await journal.write({ type: 'consent-given', accountId: account.id, ...visit });
    await consents.add(account.id, interaction.service.clientId, shownPart(interaction));
  };

  const refuse = (interaction: OpenInteraction, visit: SignInVisit): Promise<void> =>
    journal.write({
      type: interaction.prompt === 'consent' ? 'consent-refused' : 'sign-in-cancelled',
      accountId: interaction.accountId,
      ...visit,
    });

  return { offer, allow, refuse };
};

export type ConsentRules = ReturnType<typeof createConsent>;
