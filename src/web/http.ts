// What every page and route of this product can rely on in its context.
import type { Middleware, ParameterizedContext } from 'koa';
import type { Logger } from 'pino';
import type { Locale, Translate } from './texts.ts';

/** Who asks, as far as the journal may know: no address in full, no browser string. */
export interface Visit {
  requestId: string;
  network: string;
  device: string;
}

export interface PageState {
  visit: Visit;
  log: Logger;
  locale: Locale;
  t: Translate;
  /** The fields of the form that this request brought, once they are known to be from our own page. */
  sent?: ReadonlyMap<string, string>;
  /** What stands in the fields of a page that is drawn again before its form is sent. */
  typed?: ReadonlyMap<string, string>;
}

export type PageContext = ParameterizedContext<PageState>;
export type PageMiddleware = Middleware<PageState>;
