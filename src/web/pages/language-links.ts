// The switch of languages: a link, or on a page with a form a button that brings along what was typed.
import { redrawAddress } from '../browser/redraw.ts';
import { locales, type Locale } from '../texts.ts';
import type { PageContext } from '../http.ts';

/** The page's own address in another language. What is asked is kept on a page that answers it, and never repeated on one that refuses. */
const addressIn = (ctx: PageContext, base: string, locale: Locale): string => {
  const query = new URLSearchParams(ctx.method === 'GET' && ctx.status === 200 ? ctx.querystring : '');
  query.set('lang', locale);
  // A path of two slashes would be read as another host.
  const path = /^\/(?![/\\])/.test(ctx.path) ? ctx.path : '/';
  return `${base}${path}?${query.toString()}`;
};

/** `base`: the origin of a page that stands at a wrong address, otherwise empty. `action`: where the page's form goes. */
export const languageLinks = (ctx: PageContext, base: string, action: string | undefined) =>
  locales.map((locale) => ({
    locale,
    short: ctx.state.t(`locales.${locale}.short`),
    name: ctx.state.t(`locales.${locale}.name`),
    href: action === undefined ? addressIn(ctx, base, locale) : '',
    formAction: action === undefined ? '' : redrawAddress(action, locale),
    isCurrent: locale === ctx.state.locale,
  }));
