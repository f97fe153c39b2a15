// Signing out, of one service or of everything: what ends is dead on every instance before anybody is told.
import { timingSafeEqual } from 'node:crypto';
import type { Provider, Session } from 'oidc-provider';
import { z } from 'zod';
import { moveOn, Refusal, type PageContext, type PageMiddleware, type Web } from '../web/index.ts';
import type { Journal } from '../journal/index.ts';
import type { SessionEnds } from './session-ends.ts';

const confirmPath = '/session/end/confirm';
const signOutForm = z.strictObject({ xsrf: z.string().default(''), logout: z.literal('yes').optional() });

/** What the engine noted in the session when it drew the sign-out page (RP-Initiated Logout 1.0). */
const stateSchema = z.object({
  secret: z.string(),
  clientId: z.string().optional(),
  state: z.string().optional(),
  postLogoutRedirectUri: z.string().optional(),
});
type SignOutState = z.infer<typeof stateSchema>;

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const nextAddress = (issuer: string, { clientId, state, postLogoutRedirectUri }: SignOutState, hasLeftAll: boolean) => {
  const address = new URL(postLogoutRedirectUri ?? '/session/end/success', issuer);
  if (postLogoutRedirectUri !== undefined && state !== undefined) address.searchParams.set('state', state);
  if (postLogoutRedirectUri === undefined && !hasLeftAll && clientId !== undefined) {
    address.searchParams.set('client_id', clientId);
  }
  return address.href;
};

interface Needs {
  provider: Provider;
  sessionEnds: SessionEnds;
  journal: Journal;
  web: Pick<Web, 'readForm' | 'cookies'>;
}

export const createSignOut = ({ provider, sessionEnds, journal, web }: Needs): PageMiddleware => {
  const readState = (session: Session, xsrf: string): SignOutState => {
    const parsed = stateSchema.safeParse(session.state);
    if (!parsed.success || !isSame(parsed.data.secret, xsrf)) throw new Refusal('csrf', 'sign-out was not asked for');
    return parsed.data;
  };

  const signOutOfAll = async (ctx: PageContext, { accountId, uid, jti }: Session): Promise<void> => {
    if (accountId === undefined) await provider.Session.adapter.destroy(jti);
    else await sessionEnds.endSession(accountId, uid);
    ctx.cookies.set(web.cookies.nameOf('session'), null, { signed: true, path: '/', sameSite: 'lax' });
    ctx.set('Clear-Site-Data', '"cache", "storage"');
  };

  const leave = async (session: Session, clientId: string | undefined): Promise<void> => {
    if (session.accountId === undefined || clientId === undefined) return;
    await sessionEnds.leaveService(session.accountId, session.uid, clientId);
  };

  return async (ctx, next) => {
    if (ctx.path !== confirmPath || ctx.method !== 'POST') {
      await next();
      return;
    }
    const form = await web.readForm(ctx, signOutForm);
    const session = await provider.Session.get(ctx);
    const state = readState(session, form.xsrf);
    const hasLeftAll = form.logout === 'yes';

    const { accountId } = session;
    await journal.write({ type: 'sign-out', accountId, clientId: state.clientId, ...ctx.state.visit });
    if (hasLeftAll) await signOutOfAll(ctx, session);
    else await leave(session, state.clientId);

    moveOn(ctx, nextAddress(provider.issuer, state, hasLeftAll));
  };
};
