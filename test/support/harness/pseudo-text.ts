// A language that nobody speaks, out of the English texts: each text between brackets, accented, 40 % longer.
type Tree = { [name: string]: string | Tree };

const accents = new Map(
  Array.from({ length: 26 }, (_, place): [string, string] => [
    'abcdefghijklmnopqrstuvwxyz'.charAt(place),
    'àḅçḋëḟĝḥïĵķļṁñöṗɋŕşţüṽŵẋýž'.charAt(place),
  ]),
);

const stretch = (text: string): string =>
  text
    .split(/(\{\{.*?\}\})/)
    .map((part) =>
      part.startsWith('{{')
        ? part
        : part.replace(/[a-z]/gi, (letter) => {
            const accented = accents.get(letter.toLowerCase()) ?? letter;
            return 'aeiou'.includes(letter.toLowerCase()) ? accented.repeat(2) : accented;
          }),
    )
    .join('');

/** `{{values}}` stay. Whatever vowels do not give is added to the last word. */
export const pseudoText = (text: string): string => {
  const stretched = stretch(text);
  const missing = Math.ceil(text.length * 1.4) - stretched.length;
  return `⟦${stretched}${'ö'.repeat(Math.max(0, missing))}⟧`;
};

const lookUp = (tree: Tree, path: readonly string[]): string => {
  const [name = '', ...rest] = path;
  const found = tree[name] ?? tree[name.replace(/_\w+$/, '_other')];
  if (found === undefined) throw new Error(`no English text for ${path.join('.')}`);
  return typeof found === 'string' ? found : lookUp(found, rest);
};

/** Tags of languages are for machines. */
const isForMachines = (path: readonly string[]): boolean => path.join('.') === 'notice.language';

/** Every text of `shape`, plural forms included, in the language that nobody speaks. */
export const pseudoTexts = (shape: Tree, english: Tree): Tree => {
  const translate = (tree: Tree, path: readonly string[]): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([name, value]): [string, string | Tree] => {
        const here = [...path, name];
        if (typeof value !== 'string') return [name, translate(value, here)];
        return [name, isForMachines(here) ? value : pseudoText(lookUp(english, here))];
      }),
    );
  return translate(shape, []);
};
