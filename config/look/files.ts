// The two files that a deployment's look may come from: its mark and its colours.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { tokens, type Scheme } from './tokens.ts';
import type { GivenColours } from './theme.ts';

export interface Mark {
  kind: 'svg' | 'png';
  content: Buffer;
}

type Read<Result> = ({ outcome: 'read' } & Result) | { outcome: 'wrong'; problems: string[] };

const largestMark = 20_000; // bytes

const beginningOfPng = Buffer.from('89504e470d0a1a0a', 'hex');
const beginningOfSvg = /^\uFEFF?(\s|<\?[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>)*<svg\s/;
const namespaceOfSvg = 'http://www.w3.org/2000/svg'; // without it a browser shows no picture

const kindOf = (content: Buffer): Mark['kind'] | undefined => {
  if (content.subarray(0, beginningOfPng.length).equals(beginningOfPng)) return 'png';
  const text = content.toString('utf8');
  return beginningOfSvg.test(text) && text.includes(namespaceOfSvg) ? 'svg' : undefined;
};

/** What the file holds, told by its content and not by its name. */
export const readMark = (file: string): Read<{ mark: Mark }> => {
  const content = readOrNothing(file);
  if (content === undefined) return { outcome: 'wrong', problems: [`MARK_FILE: ${file} cannot be read`] };
  if (content.length > largestMark) {
    return { outcome: 'wrong', problems: [`MARK_FILE: expected at most ${largestMark} bytes in ${file}`] };
  }

  const kind = kindOf(content);
  if (kind === undefined)
    return { outcome: 'wrong', problems: [`MARK_FILE: expected an SVG or PNG picture in ${file}`] };
  return { outcome: 'read', mark: { kind, content } };
};

export const colour = z
  .string()
  .regex(/^#[\da-f]{6}$/i, 'a colour such as #0b5c6b')
  .transform((text) => text.toLowerCase());

const coloursSchema = z.partialRecord(z.enum(tokens), colour).default({});
const themeSchema = z.strictObject({ light: coloursSchema, dark: coloursSchema });

const inWords = (issue: z.core.$ZodIssue): string[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `there is no ${[...issue.path, key].join('.')} to set`);
  }
  if (issue.path.length === 2) return [`expected a colour such as #0b5c6b at ${issue.path.join('.')}`];
  return ['expected a JSON object with light and dark, each an object of colours'];
};

export const readThemeFile = (file: string): Read<{ colours: Record<Scheme, GivenColours> }> => {
  const content = readOrNothing(file);
  if (content === undefined) return { outcome: 'wrong', problems: [`THEME_FILE: ${file} cannot be read`] };

  const parsed = themeSchema.safeParse(parseOrNothing(content.toString('utf8')));
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap(inWords).map((problem) => `THEME_FILE: ${problem}`);
    return { outcome: 'wrong', problems };
  }
  return { outcome: 'read', colours: parsed.data };
};

const readOrNothing = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

const parseOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
