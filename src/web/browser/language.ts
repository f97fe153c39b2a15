// Which language a page speaks: what the person just chose, what the service asks for, what they chose once, what the browser prefers.
import type { Cookies } from './cookies.ts';
import type { PageContext } from '../http.ts';
import { isLocale, locales, type Locale } from '../texts.ts';

/** The parameter of a form that comes only to be drawn again in this language. */
export const redrawIn = 'redraw_in';

const year = 365 * 24 * 3600;

interface Choice {
  locale: Locale;
  at: number;
}

const readChoice = (value: string | undefined): Choice | undefined => {
  const [locale, at] = value?.split('.') ?? [];
  return isLocale(locale) ? { locale, at: Number(at) || 0 } : undefined;
};

/** The first language of a space-separated list (`ui_locales`) that we speak. */
export const firstSpoken = (list: unknown): Locale | undefined => {
  if (typeof list !== 'string') return undefined;
  return list
    .split(' ')
    .map((tag) => tag.toLowerCase().split('-')[0])
    .find(isLocale);
};

/** The language a person has just clicked on; what a service asks for has another name. */
export const clickedLanguage = (ctx: PageContext): Locale | undefined =>
  firstSpoken(ctx.query['lang'] ?? ctx.query[redrawIn]);

interface Needs {
  cookies: Cookies;
  now: () => Date;
  chosenLanguageSeconds: number;
}

export const createLanguage = ({ cookies, now, chosenLanguageSeconds }: Needs) => {
  const seconds = () => Math.floor(now().getTime() / 1000);

  /** `asked` is the `ui_locales` of the service, where a service is waiting. */
  const settle = (ctx: PageContext, asked?: unknown): Locale => {
    const clicked = clickedLanguage(ctx);
    if (clicked !== undefined) return clicked;

    const choice = readChoice(cookies.read(ctx, 'language'));
    const isFresh = choice !== undefined && seconds() - choice.at < chosenLanguageSeconds;
    if (isFresh) return choice.locale;

    return firstSpoken(asked ?? ctx.query['ui_locales']) ?? choice?.locale ?? preferred(ctx);
  };

  /** Remembers a language that the person clicked on. */
  const remember = (ctx: PageContext, locale: Locale): void => {
    cookies.write(ctx, 'language', `${locale}.${seconds()}`, year);
  };

  return { settle, remember };
};

const preferred = (ctx: PageContext): Locale => {
  const offered = ctx.acceptsLanguages(...locales);
  return isLocale(offered) ? offered : 'ru';
};
