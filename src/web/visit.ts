// Gives each request its reference, its logger, its language and the little that may be known of who asks.
import Bowser from 'bowser';
import type { Logger } from 'pino';
import { shortenNetwork } from './server/address.ts';
import type { createLanguage } from './browser/language.ts';
import type { PageContext, PageMiddleware } from './http.ts';
import { clickedLanguage } from './browser/language.ts';
import type { Locale, Translate } from './texts.ts';

interface Needs {
  log: Logger;
  texts: Record<Locale, Translate>;
  language: ReturnType<typeof createLanguage>;
  random: (bytes: number) => Buffer;
}

/** "Chrome, Android": names from a list, never the browser's own words. */
export const describeDevice = (userAgent: string): string => {
  if (userAgent === '') return 'unknown';
  const { browser, os } = Bowser.parse(userAgent.slice(0, 512));
  const names = [browser.name, os.name].filter(
    (name): name is string => name !== undefined && /^[\w .()-]{1,30}$/.test(name),
  );
  return names.length === 0 ? 'unknown' : names.join(', ');
};

/** Ten characters that are easy to read out on the phone: no 0, 1, I, L, O, U. */
const newReference = (random: (bytes: number) => Buffer): string => {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  const letters = Array.from(random(10), (byte) => alphabet[byte % alphabet.length]);
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`;
};

const routeOf = (ctx: PageContext): string => {
  const known: unknown = ctx['_matchedRoute'] ?? ctx['_matchedRouteName'];
  return typeof known === 'string' ? known : 'none';
};

export const createVisit = ({ log, texts, language, random }: Needs) => {
  const speak = (ctx: PageContext, locale: Locale): void => {
    ctx.state.locale = locale;
    ctx.state.t = texts[locale];
  };

  const begin: PageMiddleware = async (ctx, next) => {
    const requestId = newReference(random);
    ctx.state.visit = { requestId, network: shortenNetwork(ctx.ip), device: describeDevice(ctx.get('user-agent')) };
    ctx.state.log = log.child({ requestId });
    speak(ctx, language.settle(ctx));
    ctx.set('X-Request-Id', requestId);

    const startedAt = performance.now();
    try {
      await next();
    } finally {
      const ms = Math.round(performance.now() - startedAt);
      ctx.state.log.info({ method: ctx.method, route: routeOf(ctx), status: ctx.status, ms }, 'answered');
    }
  };

  /** A click on a language is remembered and the page drawn again at its own address. */
  const rememberLanguage: PageMiddleware = async (ctx, next) => {
    const clicked = ctx.method === 'GET' ? clickedLanguage(ctx) : undefined;
    if (clicked !== undefined) language.remember(ctx, clicked);
    await next();
  };

  /** Speaks the language that a waiting service asks for, unless the person has just chosen another. */
  const speakFor = (ctx: PageContext, asked: unknown): void => speak(ctx, language.settle(ctx, asked));

  return { begin, rememberLanguage, speakFor };
};
