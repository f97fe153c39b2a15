// The colours that a deployment may change, as views/assets/style.css has them, and which of them must be read on which.

export const tokens = [
  'ink',
  'ink-2',
  'paper',
  'mist',
  'line',
  'accent',
  'accent-strong',
  'on-accent',
  'accent-soft',
  'danger',
  'danger-soft',
  'ok',
  'ok-soft',
  'warn',
  'warn-soft',
  'focus',
] as const;
export type Token = (typeof tokens)[number];

/** Each `#rrggbb` in small letters. */
export type Colours = Record<Token, string>;

export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

export const defaultColours: Record<Scheme, Colours> = {
  light: {
    ink: '#10212f',
    'ink-2': '#4a5a68',
    paper: '#ffffff',
    mist: '#eef2f4',
    line: '#cbd5dc',
    accent: '#0b5c6b',
    'accent-strong': '#084854',
    'on-accent': '#ffffff',
    'accent-soft': '#e1eff1',
    danger: '#b3261e',
    'danger-soft': '#fbeceb',
    ok: '#17693f',
    'ok-soft': '#e6f3ec',
    warn: '#7a5200',
    'warn-soft': '#fdf3dc',
    focus: '#f2a900',
  },
  dark: {
    ink: '#eaf1f5',
    'ink-2': '#a9b9c5',
    paper: '#16222c',
    mist: '#0e171e',
    line: '#34454f',
    accent: '#5cc3d4',
    'accent-strong': '#7ed3e1',
    'on-accent': '#06222a',
    'accent-soft': '#123640',
    danger: '#ff9d94',
    'danger-soft': '#3a1d1b',
    ok: '#7fd6a6',
    'ok-soft': '#143325',
    warn: '#f0c36a',
    'warn-soft': '#372a10',
    focus: '#ffca3a',
  },
};

/** What stands on what, as text. A field's border is ink-2 and the line around the focus ring is ink: these pairs ask more of them than 3:1. */
export const textPairs: readonly (readonly [text: Token, ground: Token])[] = [
  ['ink', 'paper'],
  ['ink', 'mist'],
  ['ink', 'accent-soft'],
  ['ink', 'danger-soft'],
  ['ink', 'ok-soft'],
  ['ink', 'warn-soft'],
  ['ink-2', 'paper'],
  ['ink-2', 'mist'],
  ['accent', 'paper'],
  ['accent', 'mist'],
  ['accent', 'accent-soft'],
  ['accent-strong', 'paper'],
  ['accent-strong', 'mist'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['danger', 'paper'],
  ['danger', 'danger-soft'],
  ['ok', 'ok-soft'],
  ['warn', 'warn-soft'],
];

/** WCAG 2.2 AA for text (SC 1.4.3). */
export const neededContrast = 4.5;
