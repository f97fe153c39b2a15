// A service may POST its authorization request (OpenID Connect Core §3.1.2.1); cookies stay Lax, so it comes back as the same request by GET.
import { moveOn, type PageMiddleware, type Web } from '../../web/index.ts';

const longestQuery = 8 * 1024;

export const createAuthorizationByPost =
  ({ readQuery }: Pick<Web, 'readQuery'>): PageMiddleware =>
  async (ctx, next) => {
    if (ctx.path !== '/auth' || ctx.method !== 'POST') {
      await next();
      return;
    }
    const query = await readQuery(ctx, longestQuery);
    moveOn(ctx, `/auth?${query.toString()}`);
  };
