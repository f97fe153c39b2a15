// Three languages say the same things: no text is missing, empty or shouting, and every text that is asked for is there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { claimsByScope } from '../../src/oidc/consent/scopes.ts';
import { limits } from '../../config/index.ts';
import { passwordRefusals } from '../../src/passwords/index.ts';
import { textKeyOf } from '../../src/oidc/consent/claim-text.ts';
import { citizens } from '../../src/sandbox/citizens.ts';
import { requestRefusals } from '../../src/oidc/index.ts';
import { loadTexts, locales, refusalStatuses, type Locale } from '../../src/web/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

type Tree = { [name: string]: string | Tree };

const flatten = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flatten(value, `${prefix}${name}.`),
  );

const textsOf = (locale: Locale): Map<string, string> =>
  new Map(flatten(JSON.parse(read(`views/locales/${locale}.json`))));
const texts = { ru: textsOf('ru'), en: textsOf('en'), pt: textsOf('pt') };

const pluralForm = /_(zero|one|two|few|many|other)$/;
const isPlural = (key: string): boolean => pluralForm.test(key);
const withoutForm = (key: string): string => key.replace(pluralForm, '');
const keysOf = (locale: Locale): Set<string> => new Set([...texts[locale].keys()].map(withoutForm));
const known = keysOf('ru');

/** The names in `{{name}}`, of all plural forms together. */
const valuesOf = (locale: Locale, key: string): string => {
  const forms = [...texts[locale]].filter(([name]) => withoutForm(name) === key).map(([, text]) => text);
  const names = [...forms.join().matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].sort().join();
};

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const missing = (keys: Iterable<string>): string[] => [...keys].filter((key) => !known.has(key));

describe('the texts', () => {
  it.each(locales)('are the same ones in each language: %s', (locale) => {
    expect([...keysOf(locale)].sort()).toEqual([...known].sort());
  });

  it.each(locales)('hold the same values in each language: %s', (locale) => {
    const different = [...known].filter((key) => valuesOf(locale, key) !== valuesOf('ru', key));
    expect(different).toEqual([]);
  });

  it.each(locales)('have every plural form that the language needs: %s', (locale) => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    const plurals = new Set([...texts[locale].keys()].filter(isPlural).map(withoutForm));
    const needed = [...plurals].flatMap((key) => forms.map((form) => `${key}_${form}`));
    expect(needed.filter((key) => !texts[locale].has(key))).toEqual([]);
  });

  it.each(locales)('are never empty, never shout, and have no loose spaces: %s', (locale) => {
    const isFaulty = (text: string) => text.trim() === '' || text.includes('!') || /^\s| {2}/.test(text);
    expect([...texts[locale]].filter(([, text]) => isFaulty(text))).toEqual([]);
  });

  it('are there for every key that a page or a rule names', () => {
    const rooms = [...new Set([...known].map((key) => key.split('.')[0]))].join('|');
    const key = new RegExp(`(?<!urlOf\\()'((?:${rooms})\\.[\\w.-]*\\w)'`, 'g'); // 'demo.css' is a file
    const sources = [...filesIn('views', '.ejs'), ...filesIn('src', '.ts')];
    const named = sources.flatMap((file) => [...read(file).matchAll(key)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThan(100);
    expect(missing(named)).toEqual([]);
  });
});

describe('keys that are put together', () => {
  const parts = (prefix: string, names: string[]): string[] =>
    names.flatMap((name) => ['heading', 'text', 'advice'].map((part) => `${prefix}.${name}.${part}`));

  it('are there for every refusal', () => {
    expect(missing(parts('errors', Object.keys(refusalStatuses)))).toEqual([]);
  });

  it('are there for every error that a service can cause', () => {
    expect(missing(parts('errors.protocol', requestRefusals))).toEqual([]);
  });

  it('are there for everything that a service can learn', () => {
    const claims = Object.values(claimsByScope).flat();
    expect(claims).toContain('email');
    expect(missing(claims.map((name) => `consent.claim.${textKeyOf(name)}`))).toEqual([]);
  });

  it('are there for every state of a test citizen', () => {
    expect(missing(citizens.map(({ state }) => `sandbox.state.${state}`))).toEqual([]);
  });
  it('are there for every reason to refuse a password', () => {
    expect(missing(passwordRefusals.map((why) => `password.mistake.${why}`))).toEqual([]);
  });
});

describe('the texts on a new password', () => {
  const translate = loadTexts(join(root, 'views/locales'));

  it.each(locales)('say how much is missing, and the longest: %s', (locale) => {
    for (const count of [1, 2, 7, 15, 21, 64]) {
      expect(translate[locale]('password.mistake.short', { count })).toContain(`${count} `);
      expect(translate[locale]('password.hint', { count })).toContain(`${count} `);
    }
    expect(translate[locale]('password.mistake.long')).toContain(`${limits.password.most} `);
  });

  it.each(locales)('say why and what to do in two short sentences: %s', (locale) => {
    for (const why of passwordRefusals) {
      const text = translate[locale](`password.mistake.${why}`, { count: 7 });
      expect(text).toMatch(/^[^.?]{20,}\. [^.?]{8,}\.$/u);
      expect(text.length).toBeLessThanOrEqual(120);
    }
  });
});
