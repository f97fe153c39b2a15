// What somebody who knows a person would try first: their birthday and the digits of their phone, e-mail and documents (PIN-11).
import type { Account, Documents } from '../../accounts/index.ts';

export interface PinOwner {
  account: Pick<Account, 'accountNumber' | 'phone' | 'email' | 'profile'>;
  documents: Documents;
}

/** Every way to write a birthday (YYYY-MM-DD) in four or six digits. */
const birthdays = (birthdate = ''): string[] => {
  const [century, year, month, day] = birthdate.match(/\d\d/g) ?? [];
  if (century === undefined || year === undefined || month === undefined || day === undefined) return [];
  const four = [day + month, month + day, century + year, month + year, year + month];
  return [...four, day + month + year, year + month + day, month + day + year];
};

const digitsOf = (text = ''): string => text.replace(/\D/g, '');

/** Of an e-mail each number by itself: digits with letters between are nobody's number. */
const numbersIn = (email = ''): string[] => email.match(/\d+/g) ?? [];

/** Numbers that a PIN must be no part of. */
const numbersOf = ({ account, documents }: PinOwner): string[] => {
  const { passport, snils, inn, foreign } = documents;
  const papers = [snils, inn, foreign, passport && passport.series + passport.number];
  return [account.accountNumber, account.phone?.value, ...papers].map(digitsOf).concat(numbersIn(account.email?.value));
};

/** `lastCode`: the one that the person has just typed. */
export const isPersonal = (pin: string, owner: PinOwner, lastCode: string): boolean =>
  birthdays(owner.account.profile.birthdate).includes(pin) ||
  [...numbersOf(owner), lastCode].some((number) => number.includes(pin));
