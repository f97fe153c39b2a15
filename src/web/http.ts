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
}

export type PageContext = ParameterizedContext<PageState>;
export type PageMiddleware = Middleware<PageState>;
