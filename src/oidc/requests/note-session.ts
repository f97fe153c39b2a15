// A request that ends with somebody signed in is a sign of life of their session: it is noted which browser that was.
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { SessionNotes } from '../../sessions/index.ts';
import type { PageContext } from '../../web/index.ts';

const isVisit = (path: string): boolean => /^\/auth(\/[\w-]+)?$/.test(path);

export const createNoteSession =
  (notes: Pick<SessionNotes, 'noteSeen'>) =>
  async (ctx: KoaContextWithOIDC & PageContext, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.method !== 'GET' || !isVisit(ctx.path)) return;
    const { account, session } = ctx.oidc;
    if (account === undefined || session === undefined) return; // nobody is signed in, or it counts no longer
    await notes.noteSeen(account.accountId, session.uid, ctx.state.visit.device);
  };
