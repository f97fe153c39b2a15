// Text that nobody would think of, the same at every run.

export type Random = () => number;

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const pick = <T>(random: Random, list: ArrayLike<T>): T => {
  const chosen = list[below(random, list.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};

const ranges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x30, 0x39],
  [0x30, 0x39],
  [0x61, 0x7a],
  [0x430, 0x44f],
  [0x00, 0x1f], // controls
  [0x80, 0x24f],
  [0x300, 0x36f], // combining marks
  [0x370, 0x3ff],
  [0x5d0, 0x669], // right to left, other digits
  [0x1100, 0x11ff],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f], // spaces, dashes, zero width, directions
  [0x2100, 0x214f],
  [0xac00, 0xac60],
  [0xd800, 0xdfff], // halves of a pair
  [0xfb00, 0xfdff],
  [0xff00, 0xffef], // full width
  [0x1f600, 0x1f64f],
  [0xe0000, 0xe007f],
];

export const randomCharacter = (random: Random): string => {
  const [from, to] = pick(random, ranges);
  return String.fromCodePoint(from + below(random, to - from + 1));
};

export const randomText = (random: Random, longest: number): string =>
  Array.from({ length: below(random, longest + 1) }, () => randomCharacter(random)).join('');

/** The same text with a few letters put in, taken out, doubled or changed in case. */
export const mutated = (random: Random, text: string): string => {
  const letters = Array.from(text);
  for (let turns = below(random, 4); turns >= 0; turns -= 1) {
    const at = below(random, letters.length + 1);
    const letter = letters[at] ?? '';
    const changed = [
      randomCharacter(random) + letter,
      '',
      letter + letter,
      letter.toUpperCase(),
      letter.normalize('NFD'),
      Array.from(letter.normalize('NFD')).join('\u200b'),
    ];
    letters.splice(at, 1, pick(random, changed));
  }
  return letters.join('');
};
