// INN of a person: ten digits, then two check digits, each over all that stand before it.
import { evenOut, readTyped } from '../typed-text.ts';

const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

const checkDigit = (digits: string): string => {
  const own = weights.slice(weights.length - digits.length);
  const sum = own.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return String((sum % 11) % 10);
};

/** The two check digits of a ten-digit number. */
export const innCheckDigits = (number: string): string => {
  const eleventh = checkDigit(number);
  return eleventh + checkDigit(number + eleventh);
};

/** The first four digits name a tax office, and none is 0000; the ten digits of an organisation are no person's. */
const isInn = (digits: string): boolean =>
  /^(?!0000)\d{12}$/.test(digits) && innCheckDigits(digits.slice(0, 10)) === digits.slice(10);

/** Twelve digits; undefined for what is no INN of a person. Never throws. */
export const normaliseInn = (typed: string): string | undefined => {
  const text = evenOut(readTyped(typed, 32) ?? '');
  const digits = text.replace(/[ -]/g, '');
  return /^\d(?:[ -]?\d){11}$/.test(text) && isInn(digits) ? digits : undefined;
};
