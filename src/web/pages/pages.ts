// Draws a view with what every page needs; rooms say only what is theirs.
import { join } from 'node:path';
import ejs from 'ejs';
import { moreTimeAddress } from '../browser/redraw.ts';
import { keptValues } from './kept-values.ts';
import { languageLinks } from './language-links.ts';
import { aboutDeployment, assetUrlsOf } from './look.ts';
import type { Assets } from './assets.ts';
import type { Csrf } from '../browser/csrf.ts';
import type { Deployment } from '../deployment.ts';
import type { PageContext, PageState } from '../http.ts';

/** A mistake belongs to a field; its text stands in the summary and beside the field. */
export interface Mistake {
  field: string;
  text: string;
}

/** What a page is told in: the words of a language. */
export type Speech = Pick<PageState, 't' | 'locale'>;

/** `current`: which of the ways through the account the page belongs to. */
export interface AccountFrame {
  name: string;
  initials: string;
  current: AccountSection;
}

export const accountSections = ['home', 'profile', 'security', 'services', 'history'] as const;
export type AccountSection = (typeof accountSections)[number];

export interface Page {
  view: string;
  title: string;
  status?: number;
  mistakes?: Mistake[];
  /** Confirming never looks like signing in. */
  isOperation?: boolean;
  /** A page of the account: the person's name above and the ways through it, in place of the languages, which go to the foot. */
  account?: AccountFrame;
  /** Something went wrong: the number to quote stands in the page and not at its foot. */
  quotesReference?: boolean;
  /** Where the page's form goes. The same address answers a GET with this page; only then language and time can be changed without losing what was typed. */
  action?: string;
  /** Until what was begun here is over: the person is warned before that and can ask for more time. */
  secondsLeft?: number;
  values?: Record<string, unknown>;
}

interface Needs {
  issuer: URL;
  viewsDir: string;
  deployment: Deployment;
  assets: Assets;
  csrf: Csrf;
}

const timeLimitOf = ({ action, secondsLeft }: Page, locale: string) =>
  action === undefined || secondsLeft === undefined
    ? null
    : { seconds: Math.max(0, secondsLeft), address: moreTimeAddress(action, locale) };

const waysThroughAccount = (t: Speech['t'], current: AccountSection) =>
  accountSections.map((section) => ({
    href: section === 'home' ? '/account' : `/account/${section}`,
    label: t(`account.ways.${section}`),
    isCurrent: section === current,
  }));

const misdirected = 421;
export const createShow = ({ issuer, viewsDir, deployment, assets, csrf }: Needs) => {
  const layout = join(viewsDir, 'layout.ejs');
  const assetUrls = assetUrlsOf(deployment, assets);
  const themeColours = { light: deployment.theme.light.mist, dark: deployment.theme.dark.mist };

  /** Draws the page in the language of the context. */
  return async (ctx: PageContext, page: Page): Promise<void> => {
    const { t, locale, visit } = ctx.state;
    const { view, title, status = 200, mistakes = [], isOperation = false, quotesReference = false } = page;
    const { action, account, values = {} } = page;
    ctx.status = status;
    const base = status === misdirected ? issuer.origin : ''; // a page at a wrong address leads to the right one
    const common = {
      t,
      locale,
      languages: languageLinks(ctx, base, action),
      assets: assetUrls,
      themeColours,
      deployment: deployment.name,
      about: aboutDeployment(deployment, t),
      homeUrl: `${base}/`,
      reference: visit.requestId,
      form: action === undefined ? null : { action, csrf: csrf.tokenFor(ctx) },
      account: account === undefined ? null : { ...account, ways: waysThroughAccount(t, account.current) },
      timeLimit: timeLimitOf(page, locale),
      ...keptValues(ctx.state.typed),
    };
    const html = await ejs.renderFile(
      layout,
      { ...values, ...common, view, title, mistakes, isOperation, quotesReference },
      { root: viewsDir, cache: true },
    );
    ctx.type = 'html';
    ctx.set('Content-Language', locale);
    ctx.vary('Cookie, Accept-Language');
    ctx.body = html;
  };
};

export type Show = ReturnType<typeof createShow>;
