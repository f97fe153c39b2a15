// The same keys on the other layout: «пароль» typed with the English one is `gfhjkm`, and is as easy to guess.
const latinKeys = `qwertyuiop[]asdfghjkl;'zxcvbnm,.\``;
const latinKeysWithShift = `QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~`;
const cyrillicKeys = 'йцукенгшщзхъфывапролджэячсмитьбюё';

const keysFrom = (from: string, to: string): [string, string][] =>
  Array.from(from).map((key, at) => [key, to[at] ?? key]);
const toCyrillic = new Map([...keysFrom(latinKeysWithShift, cyrillicKeys), ...keysFrom(latinKeys, cyrillicKeys)]);
const toLatin = new Map(keysFrom(cyrillicKeys, latinKeys));

const retype = (text: string, keys: ReadonlyMap<string, string>): string =>
  Array.from(text)
    .map((letter) => keys.get(letter) ?? letter)
    .join('');

/** What the same keys of a text in small letters give on the other layout, ЙЦУКЕН for QWERTY and QWERTY for ЙЦУКЕН. */
export const layoutTwins = (text: string): readonly string[] =>
  [retype(text, toCyrillic), retype(text, toLatin)].filter((twin) => twin !== text);
