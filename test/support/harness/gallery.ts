// The rows of the gallery, and what has none.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createBrowserAgent } from '../browser-agent.ts';
import type { TestCivicId } from '../civic-id.ts';

export interface GalleryRow {
  name: string;
  href: string;
  view: string;
}

export const readRows = async ({ issuer }: Pick<TestCivicId, 'issuer'>): Promise<GalleryRow[]> =>
  (await createBrowserAgent(issuer).get('/sandbox/pages', { Accept: 'application/json' })).body;

/** `error/busy` for `views/error/busy.ejs`. */
export const viewNames = (viewsDir = 'views'): string[] =>
  readdirSync(viewsDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ejs'))
    .map((name) =>
      name
        .replace(/\.ejs$/, '')
        .split('\\')
        .join('/'),
    )
    .sort();

/** Frames of what the gallery shows, and the house of another. */
export const notOfPeople: Record<string, string> = {
  layout: 'frame of every page',
  'sandbox/part': 'frame of a part in the gallery',
  'sandbox/pages': 'the gallery itself',
  'sandbox/demo': 'a service of its own, reached by a journey',
};

/** Parts without a row of their own. */
export const shownElsewhere: Record<string, string> = {
  'account-ways': 'on every page of the account',
  'field-about': 'with every field',
  form: 'on every page with fields',
  help: 'at the foot of every page',
  languages: 'at the head of every page',
  mistakes: 'by every part that can be mistaken',
  person: 'at the head of every page of the account',
  passkey: 'in sign-in/passkey and my-account/passkey-making',
  row: 'in parts/rows',
  'time-left': 'on every page of an interaction; soon over in sign-in/closes-soon',
  wait: 'in sign-in/wait and sign-in/code-wait',
};

export const pageViews = (views: readonly string[]): string[] =>
  views.filter((view) => !view.startsWith('parts/') && !(view in notOfPeople));

interface Shown {
  views: readonly string[];
  refusals: readonly string[];
  requestRefusals: readonly string[];
  rows: readonly GalleryRow[];
}

/** What a person can meet and the gallery does not show. */
export const findUnshown = ({ views, refusals, requestRefusals, rows }: Shown): string[] => {
  const names = new Set(rows.map(({ name }) => name));
  const drawn = new Set(rows.map(({ view }) => view));
  const parts = views.filter((view) => view.startsWith('parts/') && !(view.slice('parts/'.length) in shownElsewhere));
  const named = [
    ...parts,
    ...refusals.map((code) => `error/${code}`),
    ...requestRefusals.map((code) => `request-refused/${code}`),
  ];
  return [...pageViews(views).filter((view) => !drawn.has(view)), ...named.filter((name) => !names.has(name))];
};

/** Lines of the tables above that nothing stands behind any more. */
export const findStaleReasons = (views: readonly string[], rows: readonly GalleryRow[]): string[] => {
  const names = rows.map(({ name }) => name);
  const parts = Object.keys(shownElsewhere).map((part) => join('parts', part));
  return [...Object.keys(notOfPeople), ...parts].filter((view) => !views.includes(view) || names.includes(view));
};
