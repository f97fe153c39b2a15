// The frame of an account page: whose it is, and which of its parts.
import { fullName, type Account } from '../accounts/index.ts';
import type { AccountFrame, AccountSection, Page } from '../web/index.ts';

const firstOf = (text: string): string => Array.from(text.trim())[0]?.toUpperCase() ?? '';

export const accountFrame = ({ profile }: Pick<Account, 'profile'>, current: AccountSection): AccountFrame => {
  const { givenName, familyName } = profile;
  const letter = firstOf(familyName);
  return {
    name: givenName === '' ? fullName(profile) : [givenName, letter && `${letter}.`].filter(Boolean).join(' '),
    initials: `${firstOf(givenName)}${letter}`,
    current,
  };
};

/** A page of the account: `current` is the part of it that the page belongs to. */
export const accountPage = (account: Pick<Account, 'profile'>, current: AccountSection, page: Page): Page => ({
  ...page,
  account: accountFrame(account, current),
});
