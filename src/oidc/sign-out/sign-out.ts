// Signing out, of one service or of everything: what ends is dead on every instance before anybody is told.
import { timingSafeEqual } from 'node:crypto';
import type { KoaContextWithOIDC, Provider, Session } from 'oidc-provider';
import { z } from 'zod';
import { moveOn, Refusal, type PageContext, type PageMiddleware, type Web } from '../../web/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { SessionEnds } from './session-ends.ts';

const signOutForm = z.strictObject({ xsrf: z.string().default(''), logout: z.literal('yes').optional() });

/** What the engine noted in the session when a sign-out was asked for (RP-Initiated Logout 1.0), or when somebody else signed in. */
const stateSchema = z.object({
  secret: z.string(),
  clientId: z.string().optional(),
  state: z.string().optional(),
  postLogoutRedirectUri: z.string().optional(),
});
type SignOutState = z.infer<typeof stateSchema>;

const isSame = (a: string, b: string): boolean => {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
};

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
  web: Pick<Web, 'readFormOfEngine' | 'cookies'>;
}

export const createSignOut = ({ provider, sessionEnds, journal, web }: Needs) => {
  const endSession = async (ctx: PageContext, { accountId, uid, jti }: Session): Promise<void> => {
    ctx.cookies.set(web.cookies.nameOf('session'), null, { signed: true, path: '/', sameSite: 'lax', overwrite: true });
    if (accountId === undefined) return provider.Session.adapter.destroy(jti).then(() => undefined);
    await sessionEnds.endSession(accountId, uid);
    ctx.set('Clear-Site-Data', '"cache", "storage"');
  };

  const leave = async ({ accountId, uid }: Session, clientId: string | undefined): Promise<void> => {
    if (accountId === undefined || clientId === undefined) return;
    await sessionEnds.leaveService(accountId, uid, clientId);
  };

  /** The answer to the sign-out page, in place of the engine's own. */
  const confirm: PageMiddleware = async (ctx, next) => {
    if (ctx.path !== '/session/end/confirm' || ctx.method !== 'POST') {
      await next();
      return;
    }

    const form = await web.readFormOfEngine(ctx, signOutForm);
    const session = await provider.Session.get(ctx);
    const state = stateSchema.safeParse(session.state).data;
    if (state === undefined || !isSame(state.secret, form.xsrf))
      throw new Refusal('csrf', 'sign-out was not asked for');

    const hasLeftAll = form.logout === 'yes';
    await journal.write({
      type: 'sign-out',
      accountId: session.accountId,
      clientId: state.clientId,
      ...ctx.state.visit,
    });
    if (hasLeftAll) await endSession(ctx, session);
    else await leave(session, state.clientId);
    moveOn(ctx, nextAddress(provider.issuer, state, hasLeftAll));
  };

  /** Where the engine would show a page that posts itself: nobody is signed in, or somebody else has just signed in. */
  const goOnWithoutPage = async (ctx: KoaContextWithOIDC & PageContext, next: () => Promise<void>): Promise<void> => {
    await next();
    const isAsked = ctx.method === 'GET' && ctx.status === 200 && /^\/(session\/end|auth\/[\w-]+)$/.test(ctx.path);
    const { session } = isAsked ? ctx.oidc : {};
    const state = stateSchema.safeParse(session?.state).data;
    if (session === undefined || state === undefined) return;

    // A sign-out that was asked for earlier and left alone is noted there too: only a switch leads back to this very address.
    const isSwitch = state.postLogoutRedirectUri === new URL(ctx.path, provider.issuer).href;
    if (!isSwitch && (session.accountId !== undefined || ctx.path.startsWith('/auth/'))) return;
    if (isSwitch) {
      await journal.write({
        type: 'sign-out',
        accountId: session.accountId,
        clientId: state.clientId,
        ...ctx.state.visit,
      });
    }
    await endSession(ctx, session);
    moveOn(ctx, nextAddress(provider.issuer, state, true));
  };

  return [confirm, goOnWithoutPage];
};
