// What a person typed, before anybody asks what it is: one form of every letter, nothing invisible.

const invisible = /\p{Cf}/gu;
const control = /\p{Cc}/u;

/** Undefined for what is no proper text or longer than `longest`. Never throws. */
export const readTyped = (typed: string, longest: number): string | undefined => {
  if (typed.length > longest * 2 || !typed.isWellFormed() || control.test(typed)) return undefined;
  // Once more after the invisible signs are gone: one of them may have stood between a letter and its mark.
  const text = typed.normalize('NFKC').replace(invisible, '').normalize('NFKC').trim();
  return text.length > longest ? undefined : text;
};

/** The same text with one kind of dash and one kind of space, and never two of them side by side. */
export const evenOut = (text: string): string =>
  text
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/ ?-+ ?/g, '-');
