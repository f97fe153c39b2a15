// What a deployment is called and how it looks: its variables, and what is made of them.
import { z } from 'zod';
import { colour, readMark, readThemeFile, type Mark } from './files.ts';
import { makeTheme, type Theme } from './theme.ts';

export interface Deployment {
  name: string;
  /** Postal, of whoever runs it; empty where there is none. */
  address: string;
  supportContact: string;
  /** Takes the place of the keyhole. */
  mark: Mark | undefined;
  theme: Theme;
}

/** One line that shows as it is written: no control characters, no marks that turn the direction of writing. */
const lineOf = (atMost: number) =>
  z
    .string()
    .regex(
      new RegExp(`^(?!\\s)[^\\p{C}\\p{Zl}\\p{Zp}<>]{1,${atMost}}(?<!\\s)$`, 'u'),
      `a line of 1 to ${atMost} letters without < and >`,
    );

export const lookVariables = {
  DEPLOYMENT_NAME: lineOf(40)
    .default('Civic ID')
    .describe('What people know this deployment as: on pages, in messages, in the demo'),
  DEPLOYMENT_ADDRESS: lineOf(200)
    .default('')
    .describe('Postal address of whoever runs it, shown at the foot of each page'),
  SUPPORT_CONTACT: z
    .string()
    .default('8 800 000-00-00')
    .describe('The support line that messages and the foot of each page name'),
  MARK_FILE: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('A square SVG or PNG of 20 kB at most in place of the keyhole and the icon'),
  ACCENT_COLOUR: colour.optional().describe('Colour of the main button and of links, such as `#0b5c6b`'),
  ACCENT_COLOUR_DARK: colour
    .optional()
    .describe('The same on dark pages; made from `ACCENT_COLOUR` where it is not given'),
  THEME_FILE: z.string().min(1, 'a file').optional().describe('JSON object of colours, `light` and `dark`'),
};

type Given = z.infer<z.ZodObject<typeof lookVariables>>;

/** Reads the files that are named. A problem is one sentence for the person who starts the product. */
export const readLook = (
  given: Given,
): { outcome: 'read'; deployment: Deployment } | { outcome: 'wrong'; problems: string[] } => {
  const mark = given.MARK_FILE === undefined ? undefined : readMark(given.MARK_FILE);
  const file = given.THEME_FILE === undefined ? undefined : readThemeFile(given.THEME_FILE);
  const wrong = [mark, file].flatMap((read) => (read?.outcome === 'wrong' ? read.problems : []));
  if (mark?.outcome === 'wrong' || file?.outcome === 'wrong') return { outcome: 'wrong', problems: wrong };

  const made = makeTheme({
    accents: { light: given.ACCENT_COLOUR, dark: given.ACCENT_COLOUR_DARK },
    file: file?.colours ?? { light: {}, dark: {} },
  });
  if (made.outcome === 'wrong') return made;

  return {
    outcome: 'read',
    deployment: {
      name: given.DEPLOYMENT_NAME,
      address: given.DEPLOYMENT_ADDRESS,
      supportContact: given.SUPPORT_CONTACT,
      mark: mark?.mark,
      theme: made.theme,
    },
  };
};
