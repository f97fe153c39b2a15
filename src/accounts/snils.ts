// SNILS: nine digits and two check digits; numbers up to 001-001-998 carry none and are too old to be anybody's here.

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
