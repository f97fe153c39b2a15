// A password for a manager or a sheet of paper: 76.9 bits at least, typed without shift, on a phone too.
interface Needs {
  /** In characters, hyphens counted. */
  least: number;
  random: (bytes: number) => Buffer;
}

// No vowels, so that no word appears; no l and no 0 and 1, which look like others.
const alphabet = 'bcdfghjkmnpqrstvwxyz23456789';
const groupLength = 4;
const fewestGroups = 4;

// A byte beyond the last whole alphabet is drawn again: no letter is likelier than another.
const fairBytes = 256 - (256 % alphabet.length);

const drawLetters = (count: number, random: Needs['random']): string => {
  let letters = '';
  while (letters.length < count) {
    const fair = [...random(count)].filter((byte) => byte < fairBytes);
    letters += fair.map((byte) => alphabet[byte % alphabet.length]).join('');
  }
  return letters.slice(0, count);
};

export const createMakePassword = ({ least, random }: Needs) => {
  const groups = Math.max(fewestGroups, Math.ceil((least + 1) / (groupLength + 1)));
  return (): string => {
    const letters = drawLetters(groups * groupLength, random);
    return Array.from({ length: groups }, (_, at) => letters.slice(at * groupLength, (at + 1) * groupLength)).join('-');
  };
};
