// The colours of a deployment: what is made of those that are given, and which are refused.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contrastOf, defaultColours, makeTheme, textPairs, tokens, type GivenTheme } from '../../config/index.ts';

const schemes = ['light', 'dark'] as const;
const none: GivenTheme = { accents: { light: undefined, dark: undefined }, file: { light: {}, dark: {} } };
const withAccent = (light: string | undefined, dark?: string): GivenTheme => ({ ...none, accents: { light, dark } });
const withFile = (light: GivenTheme['file']['light'], dark: GivenTheme['file']['dark'] = {}): GivenTheme => ({
  ...none,
  file: { light, dark },
});
const themeOf = (given: GivenTheme) => {
  const made = makeTheme(given);
  if (made.outcome === 'wrong') throw new Error(made.problems.join('; '));
  return made.theme;
};
const problemsOf = (given: GivenTheme): string[] => {
  const made = makeTheme(given);
  return made.outcome === 'wrong' ? made.problems : [];
};
const lowestContrast = (given: GivenTheme, scheme: 'light' | 'dark'): number => {
  const colours = themeOf(given)[scheme];
  return Math.min(...textPairs.map(([text, ground]) => contrastOf(colours[text], colours[ground])));
};

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
    ['#0b5c6b', '#0b5c6b', 1],
  ])('is measured as WCAG says: %s on %s', (one, other, expected) => {
    expect(contrastOf(one, other)).toBeCloseTo(expected, 2);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });
});

describe('the colours by default', () => {
  it('can all be read', () => {
    for (const scheme of schemes) expect(lowestContrast(none, scheme)).toBeGreaterThanOrEqual(4.5);
    expect(themeOf(none)).toEqual({ ...defaultColours, isChanged: false });
  });

  it.each(schemes)('are those of the style sheet: %s', (scheme) => {
    const sheet = readFileSync('views/assets/style.css', 'utf8');
    const [, light = '', dark = ''] = sheet.split(/:root \{/);
    const block = (scheme === 'light' ? light : dark).split('}')[0] ?? '';
    const written = [...block.matchAll(/--([\w-]+): (#\w{6});/g)].map(([, token, colour]) => [token, colour]);
    expect(Object.fromEntries(written)).toEqual(defaultColours[scheme]);
  });

  it('stand in the documentation, all of them', () => {
    const rows = readFileSync('docs/administering.md', 'utf8').matchAll(
      /^\| `([\w-]+)` \| `(#\w{6})` \| `(#\w{6})` \|/gm,
    );
    expect([...rows].map(([, token, light, dark]) => [token, light, dark])).toEqual(
      tokens.map((token) => [token, defaultColours.light[token], defaultColours.dark[token]]),
    );
  });
});

describe('an accent', () => {
  it.each(['#8a1c3b', '#1d4ed8', '#0b5c6b', '#6b21a8', '#14532d', '#000000'])(
    'brings the colours that belong to it, light and dark, and all can be read: %s',
    (accent) => {
      const { light, dark, isChanged } = themeOf(withAccent(accent));
      expect(isChanged).toBe(true);
      expect(light).toMatchObject({ accent, 'on-accent': '#ffffff', ink: defaultColours.light.ink });
      expect(contrastOf(dark.accent, '#000000')).toBeGreaterThan(contrastOf(accent, '#000000'));
      for (const scheme of schemes) expect(lowestContrast(withAccent(accent), scheme)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('carries dark letters where white ones are harder to read', () => {
    expect(themeOf(withAccent('#8a1c3b', '#f2a3b8')).dark).toMatchObject({
      accent: '#f2a3b8',
      'on-accent': defaultColours.light.ink,
    });
  });

  it('for dark pages alone changes no light page', () => {
    expect(themeOf(withAccent(undefined, '#f2a3b8')).light).toEqual(defaultColours.light);
  });

  it('of a file counts as much as one of a variable', () => {
    expect(themeOf(withFile({ accent: '#8a1c3b' }))).toEqual(themeOf(withAccent('#8a1c3b')));
  });

  it('leaves alone what a file says of the colours around it', () => {
    const { light, dark } = themeOf({
      ...withAccent('#8a1c3b'),
      file: { light: { 'accent-soft': '#ffffff' }, dark: {} },
    });
    expect(light['accent-soft']).toBe('#ffffff');
    expect(dark['accent-soft']).not.toBe('#ffffff');
  });
});

describe('a colour that cannot be read', () => {
  const isNeeded = 'and 4.5:1 is needed';
  it('is refused with what was measured, and what is made from it is not named', () => {
    expect(problemsOf(withAccent('#ffcc00'))).toEqual([
      `ACCENT_COLOUR: accent #ffcc00 on paper #ffffff (light) has a contrast of 1.5:1, ${isNeeded}`,
      `ACCENT_COLOUR: accent #ffcc00 on mist #eef2f4 (light) has a contrast of 1.3:1, ${isNeeded}`,
    ]);
    expect(problemsOf(withAccent(undefined, '#333333'))[0]).toBe(
      `ACCENT_COLOUR_DARK: accent #333333 on paper #16222c (dark) has a contrast of 1.2:1, ${isNeeded}`,
    );
  });

  it('by a hair is not called good enough', () => {
    expect(problemsOf(withFile({ danger: '#777777', mist: '#ffffff' }))[0]).toBe(
      `THEME_FILE: danger #777777 on paper #ffffff (light) has a contrast of 4.4:1, ${isNeeded}`,
    );
  });

  it.each(textPairs)('is found wherever it stands: %s on %s', (text, ground) => {
    const given = withFile({ [text]: '#777777', [ground]: '#808080' });
    expect(problemsOf(given).join('\n')).toContain(
      `${text} #777777 on ${ground} #808080 (light) has a contrast of 1.1:1`,
    );
  });

  it('is laid to whoever gave the ground, where only that was given', () => {
    expect(problemsOf(withFile({ paper: '#888888' }))).toContain(
      `THEME_FILE: danger #b3261e on paper #888888 (light) has a contrast of 1.8:1, ${isNeeded}`,
    );
  });

  it('is not looked for twice: an accent is given in one place', () => {
    const given = { ...withAccent('#8a1c3b'), file: { light: { accent: '#8a1c3b' }, dark: {} } };
    expect(problemsOf(given)).toEqual(['ACCENT_COLOUR: THEME_FILE has an accent for light too; give one of them']);
  });
});
