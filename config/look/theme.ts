// The whole set of colours from the few that are given; a colour that people could not read is refused with what was measured.
import { contrastOf, mix } from './colour.ts';
import { defaultColours, neededContrast, schemes, textPairs, tokens } from './tokens.ts';
import type { Colours, Scheme, Token } from './tokens.ts';

export type GivenColours = Partial<Colours>;

export interface GivenTheme {
  /** `ACCENT_COLOUR` and `ACCENT_COLOUR_DARK`. */
  accents: Record<Scheme, string | undefined>;
  /** `THEME_FILE`. */
  file: Record<Scheme, GivenColours>;
}

export interface Theme {
  light: Colours;
  dark: Colours;
  /** Whether any colour is another than by default. */
  isChanged: boolean;
}

export type MadeTheme = { outcome: 'made'; theme: Theme } | { outcome: 'wrong'; problems: string[] };

const white = '#ffffff';
const black = '#000000';
const darkInk = defaultColours.light.ink;
const accentTokens: readonly Token[] = ['accent', 'accent-strong', 'on-accent', 'accent-soft'];
const accentVariables = { light: 'ACCENT_COLOUR', dark: 'ACCENT_COLOUR_DARK' } as const;

const isReadable = (text: string, ground: string): boolean => contrastOf(text, ground) >= neededContrast;
const unreadablePairs = (colours: Colours) =>
  textPairs.filter(([text, ground]) => !isReadable(colours[text], colours[ground]));

const fullSoft = 0.12;
/** As much of the accent in the paper as lets the accent be read on it. */
const soften = (accent: string, paper: string): string => {
  const softer = [fullSoft, 0.1, 0.08, 0.06, 0.04].map((share) => mix(paper, accent, share));
  return softer.find((soft) => isReadable(accent, soft)) ?? mix(paper, accent, 0.02);
};

const familyOf = (accent: string, paper: string): GivenColours => {
  const onAccent = contrastOf(white, accent) >= contrastOf(darkInk, accent) ? white : darkInk;
  return {
    accent,
    'accent-strong': mix(accent, onAccent === white ? black : white, 0.2), // away from what stands on it
    'on-accent': onAccent,
    'accent-soft': soften(accent, paper),
  };
};

const makeColours = (scheme: Scheme, accent: string | undefined, given: GivenColours): Colours => {
  const colours = { ...defaultColours[scheme], ...given };
  return accent === undefined ? colours : { ...colours, ...familyOf(accent, colours.paper), ...given };
};

/** The light accent with just enough white in it for a dark page. */
const makeDarkFrom = (lightAccent: string, given: GivenColours): Colours => {
  const shares = Array.from({ length: 21 }, (_, step) => step / 20);
  const made = shares.map((share) => makeColours('dark', mix(lightAccent, white, share), given));
  const isFit = (colours: Colours): boolean =>
    isReadable(colours.accent, mix(colours.paper, colours.accent, fullSoft)) &&
    !unreadablePairs(colours).some((pair) => pair.some((token) => accentTokens.includes(token)));
  return made.find(isFit) ?? makeColours('dark', lightAccent, given);
};

/** Who brought a colour; undefined for a default. */
const originOf = ({ accents, file }: GivenTheme, scheme: Scheme, token: Token): string | undefined => {
  if (file[scheme][token] !== undefined) return 'THEME_FILE';
  if (!accentTokens.includes(token)) return undefined;
  if (file[scheme].accent !== undefined) return 'THEME_FILE';
  if (accents[scheme] !== undefined) return accentVariables[scheme];
  if (scheme === 'light') return undefined;
  return originOf({ accents, file }, 'light', 'accent');
};

/** Rounded down: 4.49 must not read as 4.5. */
const inWords = (ratio: number): string => (Math.floor(ratio * 10) / 10).toFixed(1);

/** What follows from an accent is named only where what was given is not the cause. */
const unreadableIn = ({ file }: GivenTheme, scheme: Scheme, colours: Colours) => {
  const isMade = (token: Token) =>
    token !== 'accent' && accentTokens.includes(token) && file[scheme][token] === undefined;
  const all = unreadablePairs(colours);
  const causes = all.filter((pair) => !pair.some(isMade));
  return causes.length > 0 ? causes : all;
};

const problemsIn = (given: GivenTheme, scheme: Scheme, colours: Colours): string[] =>
  unreadableIn(given, scheme, colours).map(([text, ground]) => {
    const origin = originOf(given, scheme, text) ?? originOf(given, scheme, ground) ?? 'style.css';
    const pair = `${text} ${colours[text]} on ${ground} ${colours[ground]} (${scheme})`;
    const measured = inWords(contrastOf(colours[text], colours[ground]));
    return `${origin}: ${pair} has a contrast of ${measured}:1, and ${neededContrast}:1 is needed`;
  });

const givenTwice = ({ accents, file }: GivenTheme): string[] =>
  schemes
    .filter((scheme) => accents[scheme] !== undefined && file[scheme].accent !== undefined)
    .map((scheme) => `${accentVariables[scheme]}: THEME_FILE has an accent for ${scheme} too; give one of them`);

export const makeTheme = (given: GivenTheme): MadeTheme => {
  const lightAccent = given.file.light.accent ?? given.accents.light;
  const darkAccent = given.file.dark.accent ?? given.accents.dark;
  const light = makeColours('light', lightAccent, given.file.light);
  const dark =
    lightAccent !== undefined && darkAccent === undefined
      ? makeDarkFrom(lightAccent, given.file.dark)
      : makeColours('dark', darkAccent, given.file.dark);

  const problems = [...givenTwice(given), ...problemsIn(given, 'light', light), ...problemsIn(given, 'dark', dark)];
  if (problems.length > 0) return { outcome: 'wrong', problems };

  const made = { light, dark };
  const isChanged = schemes.some((scheme) =>
    tokens.some((token) => made[scheme][token] !== defaultColours[scheme][token]),
  );
  return { outcome: 'made', theme: { ...made, isChanged } };
};
