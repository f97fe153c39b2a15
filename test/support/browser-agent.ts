// A person's browser without a screen: keeps cookies, follows redirects inside the provider, reads forms. Redirects to a service are handed back.
import { CookieAccessInfo } from 'cookiejar';
import request from 'supertest';

export interface PageView {
  status: number;
  /** The address of the page, or where a redirect outside the provider leads. */
  url: string;
  /** True when this is a redirect to somewhere else, such as a service's callback. */
  isElsewhere: boolean;
  html: string;
  headers: Record<string, string>;
}

export interface BrowserAgent {
  open: (url: string) => Promise<PageView>;
  /** Posts the page's form with its hidden fields; `fields` add to them or replace them. Follows the answer like a browser. */
  submit: (page: PageView, fields: Record<string, string>) => Promise<PageView>;
  /** Presses a button of the page that sends its form to an address of its own, which `matching` finds. */
  submitTo: (matching: RegExp, page: PageView, fields: Record<string, string>) => Promise<PageView>;
  /** Posts and hands back the bare answer. */
  post: (url: string, body: string, headers?: Record<string, string>) => Promise<request.Response>;
  get: (url: string, headers?: Record<string, string>) => Promise<request.Response>;
  /** The Cookie header that this browser would send there now. */
  cookieFor: (url: string) => string;
}

const decodeEntities = (text: string): string =>
  text
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
};

/** Action and hidden fields of the first form of a page. */
export const readForm = (html: string): { action: string; hidden: Record<string, string> } => {
  const form = /<form\b[^>]*>[\s\S]*?<\/form>/.exec(html)?.[0];
  if (form === undefined) throw new Error(`no form on this page: ${html.slice(0, 400)}`);
  const inputs = form.match(/<input\b[^>]*type="hidden"[^>]*>/g) ?? [];
  return {
    action: attribute(form, 'action') ?? '',
    hidden: Object.fromEntries(
      inputs.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
    ),
  };
};

export const titleOf = ({ html }: PageView): string => decodeEntities(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '');
/** The words of a page without its markup. */
export const wordsOf = ({ html }: PageView): string =>
  decodeEntities(html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ');

/** `origin`: where the instance listens; `issuer`: what it is called (the Host it is asked for); `headers`: of every request. */
export const createBrowserAgent = (
  issuer: URL,
  {
    origin = issuer.origin,
    language = 'en',
    headers: always = {},
  }: { origin?: string; language?: string; headers?: Record<string, string> } = {},
): BrowserAgent => {
  const agent = request.agent(origin);
  const pathOf = (url: string): string => {
    const target = new URL(url, issuer);
    return `${target.pathname}${target.search}`;
  };
  const isOurs = (url: string) => new URL(url, issuer).origin === issuer.origin;
  const standard = { Host: issuer.host, Accept: 'text/html', 'Accept-Language': language, ...always };

  const get = async (url: string, headers: Record<string, string> = {}) =>
    agent
      .get(pathOf(url))
      .set({ ...standard, ...headers })
      .redirects(0)
      .ok(() => true);
  const post = async (url: string, body: string, headers: Record<string, string> = {}) =>
    agent
      .post(pathOf(url))
      .set({ ...standard, 'Content-Type': 'application/x-www-form-urlencoded', ...headers })
      .redirects(0)
      .ok(() => true)
      .send(body);

  const settle = async (response: request.Response, url: string): Promise<PageView> => {
    const location = response.headers['location'];
    const view = { status: response.status, url, isElsewhere: false, html: response.text, headers: response.headers };
    if (response.status < 300 || response.status > 399 || location === undefined) return view;

    const target = new URL(location, new URL(url, issuer)).href;
    return isOurs(target) ? settle(await get(target), target) : { ...view, url: target, isElsewhere: true };
  };

  const send = (address: string, page: PageView, fields: Record<string, string>): Promise<PageView> => {
    const { hidden } = readForm(page.html);
    const target = new URL(address === '' ? page.url : address, new URL(page.url, issuer)).href;
    return post(target, new URLSearchParams({ ...hidden, ...fields }).toString()).then((answer) =>
      settle(answer, target),
    );
  };

  return {
    get,
    post,
    cookieFor: (url) =>
      agent.jar.getCookies(new CookieAccessInfo(new URL(url, issuer).hostname, pathOf(url))).toValueString(),
    open: async (url) => settle(await get(url), url),
    submit: async (page, fields) => send(readForm(page.html).action, page, fields),
    submitTo: async (matching, page, fields) => {
      const addresses = [...page.html.matchAll(/formaction="([^"]*)"/g)].map(([, address = '']) =>
        decodeEntities(address),
      );
      const address = addresses.find((one) => matching.test(one));
      if (address === undefined) throw new Error(`no button leads to ${matching.source}`);
      return send(address, page, fields);
    },
  };
};
