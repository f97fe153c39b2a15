// Russian words as people write them in Latin letters; there are several usual ways, and all are tried.
const cyrillic = 'абвгдежзийклмнопрстуфхцчшщъыьэюяё';
const asInPassports = 'a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y  e iu ia e'.split(' ');
const asOnMaps = 'a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya yo'.split(' ');
const asInChats = 'a b v g d e j z i i k l m n o p r s t u f h c ch sh sch  y  e u ya e'.split(' ');
const schemes = [asInPassports, asOnMaps, asInChats].map(
  (letters) => new Map(Array.from(cyrillic).map((letter, at) => [letter, letters[at] ?? ''])),
);

const usualShortcuts = (latin: string): string => latin.replaceAll('ks', 'x').replace(/(i[iy]|yy)$/, 'y');

/** A word in small letters in each usual Latin spelling; a word without Cyrillic letters stays as it is. */
export const transliterate = (word: string): readonly string[] => {
  const spellings = schemes.map((scheme) =>
    Array.from(word)
      .map((letter) => scheme.get(letter) ?? letter)
      .join(''),
  );
  return [...new Set([...spellings, ...spellings.map(usualShortcuts)])];
};
