// The three languages, loaded whole at start; a key that is missing fails loudly instead of showing itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { z } from 'zod';

export const locales = ['ru', 'en', 'pt'] as const;
export type Locale = (typeof locales)[number];

/** Where dates and numbers of a language are written as we write it. */
export const languageTags: Record<Locale, string> = { ru: 'ru', en: 'en-GB', pt: 'pt-PT' };

export type Translate = (key: string, values?: Record<string, string | number>) => string;

export const isLocale = (value: unknown): value is Locale => locales.some((locale) => locale === value);

/** Reads `<dir>/<locale>.json` and returns the translator of each language. Throws on a key that does not exist. */
export const loadTexts = (dir: string): Record<Locale, Translate> => {
  const read = (locale: Locale) =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(dir, `${locale}.json`), 'utf8')));
  const resources = Object.fromEntries(locales.map((locale) => [locale, { translation: read(locale) }]));
  const instance = i18next.createInstance({
    resources,
    lng: 'ru',
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  void instance.init();

  const translatorOf = (locale: Locale): Translate => {
    const translate = instance.getFixedT(locale);
    return (key, values) => {
      if (!instance.exists(key, { lng: locale, ...values })) throw new Error(`no text "${key}" in ${locale}`);
      return translate(key, { ...values });
    };
  };
  return { ru: translatorOf('ru'), en: translatorOf('en'), pt: translatorOf('pt') };
};

/** The sentence of a key around one value that the page draws in its own way: what comes before it and after. */
export const around = (t: Translate, key: string, name: string): readonly [string, string] => {
  const gap = '\u0000';
  const [before = '', after = ''] = t(key, { [name]: gap }).split(gap);
  return [before, after];
};
