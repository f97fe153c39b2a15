// SNILS: nine digits and two check digits; numbers up to 001-001-998 carry none and are too old to be anybody's here.
import { evenOut, readTyped } from '../typed-text.ts';

/** The two check digits of a nine-digit number. */
export const snilsCheckDigits = (number: string): string => {
  const sum = Array.from(number).reduce((total, digit, index) => total + Number(digit) * (9 - index), 0);
  return String((sum % 101) % 100).padStart(2, '0');
};

/** `digits`: eleven ASCII digits. */
export const isSnils = (digits: string): boolean =>
  /^\d{11}$/.test(digits) &&
  Number(digits.slice(0, 9)) > 1_001_998 &&
  snilsCheckDigits(digits.slice(0, 9)) === digits.slice(9);

/** Eleven digits; undefined for what is no SNILS. Never throws. */
export const normaliseSnils = (typed: string): string | undefined => {
  const text = evenOut(readTyped(typed, 32) ?? '');
  const digits = text.replace(/[ -]/g, '');
  const isWritten = /^(\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{2}|\d{11})$/.test(text);
  return isWritten && isSnils(digits) ? digits : undefined;
};

/** `112-233-445 95`, as it stands on the document. */
export const formatSnils = (digits: string): string => digits.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1-$2-$3 $4');
