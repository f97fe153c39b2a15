// A form may come only to be drawn again, in another language or for more time: what was typed stays, secrets are typed anew.
import { firstSpoken, redrawIn } from './language.ts';
import type { Forms } from './forms.ts';
import type { PageContext, PageMiddleware } from '../http.ts';

const moreTime = 'more_time';

/** Where the form of `action` goes to be drawn again. */
export const redrawAddress = (action: string, locale: string): string => `${action}?${redrawIn}=${locale}`;
export const moreTimeAddress = (action: string, locale: string): string =>
  `${redrawAddress(action, locale)}&${moreTime}=yes`;

/** The person pressed the button that keeps this page open: the form was ours. */
export const wantsMoreTime = ({ state, query }: PageContext): boolean =>
  state.typed !== undefined && query[moreTime] === 'yes';

const isSecret = (name: string): boolean => /password|^(new_)?pin|code$/.test(name);

/** What may be given back to the page out of a form. */
export const withoutSecrets = (fields: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...fields].filter(([name]) => !isSecret(name)));

/** Turns such a form into a visit of its page; every form's address answers a GET with the page itself. */
export const createRedraw =
  ({ readOwn }: Pick<Forms, 'readOwn'>): PageMiddleware =>
  async (ctx, next) => {
    if (ctx.method === 'POST' && firstSpoken(ctx.query[redrawIn]) !== undefined) {
      ctx.state.typed = withoutSecrets(await readOwn(ctx));
      ctx.method = 'GET';
    }
    await next();
  };
