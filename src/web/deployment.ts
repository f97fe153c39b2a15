// What a page knows of the deployment that it belongs to.

/** Custom properties of the style sheet, each `#rrggbb`. */
type Colours = { mist: string } & Record<string, string>;

export interface Theme {
  light: Colours;
  dark: Colours;
  /** Whether any colour is another than in the style sheet. */
  isChanged: boolean;
}

export interface Deployment {
  name: string;
  /** Postal, of whoever runs it; empty where there is none. */
  address: string;
  supportContact: string;
  /** Takes the place of the keyhole. */
  mark: { kind: 'svg' | 'png'; content: Buffer } | undefined;
  theme: Theme;
}
