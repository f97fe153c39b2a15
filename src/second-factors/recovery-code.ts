// A recovery code: 80 random bits in letters and digits that nobody confuses, in four groups (N-07).
const letters = '0123456789abcdefghjkmnpqrstvwxyz';
const length = 16;
const howMany = 10;

const inGroups = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');

const drawOne = (random: (bytes: number) => Buffer): string =>
  Array.from(random(length), (byte) => letters.charAt(byte % letters.length)).join(''); // 32 divides 256

export const drawRecoveryCodes = (random: (bytes: number) => Buffer): string[] =>
  Array.from({ length: howMany }, () => inGroups(drawOne(random)));

/** As it was drawn, however it is typed; undefined where it cannot be one. */
export const readRecoveryCode = (typed: string): string | undefined => {
  const plain = typed.toLowerCase().replace(/[\s\p{Pd}]/gu, '');
  const code = plain.replace(/o/g, '0').replace(/[il]/g, '1');
  return new RegExp(`^[${letters}]{${length}}$`).test(code) ? inGroups(code) : undefined;
};
