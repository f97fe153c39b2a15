// A name as people write it: letters of any script, with what may stand between them.
const longest = 100;

export type NameProblem = 'missing' | 'malformed';

/** One space between words, composed letters; undefined where it is no name. */
export const readName = (typed: string): { name: string } | { problem: NameProblem } => {
  if (!typed.isWellFormed()) return { problem: 'malformed' };
  const name = typed.normalize('NFC').trim().replace(/\s+/g, ' ');
  if (name === '') return { problem: 'missing' };
  const isName = /^\p{L}[\p{L}\p{M}'’ʼ.\- ]*$/u.test(name) && name.length <= longest;
  return isName ? { name } : { problem: 'malformed' };
};
