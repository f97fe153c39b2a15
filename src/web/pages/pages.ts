// Draws a view with what every page needs; routes add only what is theirs.
import { join } from 'node:path';
import ejs from 'ejs';
import { locales, type Locale } from '../texts.ts';
import { aboutDeployment, assetUrlsOf } from './look.ts';
import type { Assets } from './assets.ts';
import type { Csrf } from '../browser/csrf.ts';
import type { Deployment } from '../deployment.ts';
import type { PageContext } from '../http.ts';

/** A mistake belongs to a field; its text stands in the summary and beside the field. */
export interface Mistake {
  field: string;
  text: string;
}

export interface Page {
  view: string;
  title: string;
  status?: number;
  mistakes?: Mistake[];
  /** Confirming never looks like signing in. */
  isOperation?: boolean;
  values?: Record<string, unknown>;
}

interface Needs {
  issuer: URL;
  viewsDir: string;
  deployment: Deployment;
  assets: Assets;
  csrf: Csrf;
}

/** The page's own address in another language. What is asked is kept on a page that answers it, and never repeated on one that refuses. */
const addressIn = (ctx: PageContext, base: string, locale: Locale): string => {
  const query = new URLSearchParams(ctx.method === 'GET' && ctx.status === 200 ? ctx.querystring : '');
  query.set('lang', locale);
  // A path of two slashes would be read as another host.
  const path = /^\/(?![/\\])/.test(ctx.path) ? ctx.path : '/';
  return `${base}${path}?${query.toString()}`;
};

const languageLinks = (ctx: PageContext, base: string) =>
  locales.map((locale) => ({
    locale,
    short: ctx.state.t(`locales.${locale}.short`),
    name: ctx.state.t(`locales.${locale}.name`),
    href: addressIn(ctx, base, locale),
    isCurrent: locale === ctx.state.locale,
  }));

const misdirected = 421;

export const createShow = ({ issuer, viewsDir, deployment, assets, csrf }: Needs) => {
  const layout = join(viewsDir, 'layout.ejs');
  const assetUrls = assetUrlsOf(deployment, assets);
  const themeColours = { light: deployment.theme.light.mist, dark: deployment.theme.dark.mist };

  /** Draws the page in the language of the context. */
  const show = async (
    ctx: PageContext,
    { view, title, status = 200, mistakes = [], isOperation = false, values = {} }: Page,
  ): Promise<void> => {
    const { t, locale } = ctx.state;
    ctx.status = status;
    const base = status === misdirected ? issuer.origin : ''; // a page at a wrong address leads to the right one
    const common = {
      t,
      locale,
      languages: languageLinks(ctx, base),
      assets: assetUrls,
      themeColours,
      deployment: deployment.name,
      about: aboutDeployment(deployment, t),
      homeUrl: `${base}/`,
      footer: [],
    };
    const html = await ejs.renderFile(
      layout,
      { ...values, ...common, view, title, mistakes, isOperation },
      { root: viewsDir, cache: true },
    );
    ctx.type = 'html';
    ctx.set('Content-Language', locale);
    ctx.vary('Cookie, Accept-Language');
    ctx.body = html;
  };

  /** The same with a CSRF token, for pages with a form. */
  const showForm = (ctx: PageContext, page: Page): Promise<void> =>
    show(ctx, { ...page, values: { ...page.values, csrf: csrf.tokenFor(ctx) } });

  return { show, showForm };
};

export type Show = ReturnType<typeof createShow>;
