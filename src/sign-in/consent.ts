// What a service will learn, value by value, before it learns it; what was allowed once is not asked again.
import { assuranceLevelClaim, type Account, type Accounts, type Claims, type ReadClaims } from '../accounts/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Consent, Consents, OpenInteraction } from '../oidc/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

export interface OfferedClaim {
  name: string;
  /** Absent where the account has no such value, so none will be given. */
  value: Claims[string] | undefined;
}

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
  claimsOfScope: (scope: string) => string[];
}

const isProtocolClaim = (name: string) => ['sub', 'acr', 'amr', 'auth_time'].includes(name);

/** What the page shows, and so what a person can allow: with `prompt=consent` everything again, otherwise what was not allowed before. */
const shownPart = ({ reasons, requested, missing }: OpenInteraction): Consent =>
  reasons.includes('consent_prompt') ? requested : missing;

export const createConsent = ({ accounts, consents, journal, readClaims, claimsOfScope }: Needs) => {
  /** Undefined when nobody is signed in any more. */
  const offer = async (interaction: OpenInteraction): Promise<Offer | undefined> => {
    const account = interaction.accountId === undefined ? undefined : await accounts.find(interaction.accountId);
    if (account?.state !== 'active') return undefined;

    const shown = shownPart(interaction);
    const ofScopes = claimsOfScope(shown.scopes.join(' '));
    const values = await readClaims(account, [...ofScopes, ...shown.claims]);
    const fromScopes = ofScopes.filter((name) => values[name] !== undefined || !hasOptionalParts(name));
    const names = [...new Set([...fromScopes, ...shown.claims])].filter((name) => !isProtocolClaim(name));
    const before = await consents.find(account.id, interaction.service.clientId);
    return {
      account,
      claims: names.map((name) => ({ name, value: values[name] })),
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

// Of a profile a person reads what is there; what a service asks for by name is shown also when it is missing.
const hasOptionalParts = (name: string): boolean =>
  !['email', 'phone_number', 'address', 'snils', 'inn', 'documents', assuranceLevelClaim].includes(name);

export type ConsentRules = ReturnType<typeof createConsent>;
