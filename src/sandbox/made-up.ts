// Numbers and places that are well formed and nobody's.
import { innCheckDigits, snilsCheckDigits, type Address, type Passport } from '../accounts/index.ts';

export const snils = (number: string): string => {
  const [, first = '', second = '', third = ''] = /^(\d{3})(\d{3})(\d{3})$/.exec(number) ?? [];
  return `${first}-${second}-${third} ${snilsCheckDigits(number)}`;
};
export const inn = (number: string): string => number + innCheckDigits(number);
/** No region of Russia gives a series that begins with 13. */
export const passport = (year: string, number: string, issueDate: string): Passport => ({
  series: `13${year}`,
  number,
  issueDate,
});
export const home = (street: string): Address => ({
  formatted: `101000, г. Примерск, ${street}`,
  locality: 'Примерск',
  street_address: street,
  postal_code: '101000',
  country: 'Россия',
});
