// A whole relying party: sign in with Civic ID, show what came back, sign out. A good first example to copy from.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Koa, { type Context } from 'koa';
import ejs from 'ejs';
import * as client from 'openid-client';
import { isLocale, locales, type Assets, type Locale, type Translate } from '../web/index.ts';

interface Needs {
  issuer: URL;
  /** This service's own address. */
  self: URL;
  clientId: string;
  clientSecret: string;
  viewsDir: string;
  assets: Assets;
  texts: Record<Locale, Translate>;
}

interface DemoSession {
  locale: Locale;
  checks?: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string };
  signedIn?: {
    name: string;
    sub: string;
    idToken: string;
    tokens: { title: string; explanation: string; json: string }[];
  };
  notice?: string;
}

const decoded = (value: unknown): string => JSON.stringify(value, null, 2);

export const createDemo = ({ issuer, self, clientId, clientSecret, viewsDir, assets, texts }: Needs) => {
  const redirectUri = new URL('/callback', self).href;
  const sessions = new Map<string, DemoSession>();
  let discovered: Promise<client.Configuration> | undefined;

  // Plain http is for a laptop; a real service talks https only and leaves this option out.
  const discover = async (): Promise<client.Configuration> => {
    discovered ??= client.discovery(
      issuer,
      clientId,
      clientSecret,
      undefined,
      issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {},
    );
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      throw error;
    }
  };

  const sessionOf = (ctx: Context): DemoSession => {
    const id = ctx.cookies.get('demo_session') ?? randomBytes(16).toString('base64url');
    const session = sessions.get(id) ?? { locale: 'ru' };
    if (sessions.size > 1000) sessions.clear();
    sessions.set(id, session);
    ctx.cookies.set('demo_session', id, { httpOnly: true, sameSite: 'lax' });
    if (isLocale(ctx.query['ui_locales'])) session.locale = ctx.query['ui_locales'];
    return session;
  };

  const signIn = async (ctx: Context, session: DemoSession): Promise<void> => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    session.checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
    const address = client.buildAuthorizationUrl(await discover(), {
      redirect_uri: redirectUri,
      scope: 'openid profile email phone',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: session.checks.expectedState,
      nonce: session.checks.expectedNonce,
      ui_locales: session.locale,
    });
    ctx.redirect(address.href);
  };

  const finishSignIn = async (ctx: Context, session: DemoSession): Promise<void> => {
    const { checks } = session;
    delete session.checks; // one answer for one question
    const t = texts[session.locale];
    if (checks === undefined) return ctx.redirect('/');
    try {
      const configuration = await discover();
      const tokens = await client.authorizationCodeGrant(configuration, new URL(ctx.url, self), checks);
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('no ID token came back');
      const person = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      session.signedIn = {
        name: person.given_name ?? person.name ?? '',
        sub: claims.sub,
        idToken: tokens.id_token,
        tokens: [
          { title: t('demo.id-token.title'), explanation: t('demo.id-token.text'), json: decoded(claims) },
          { title: t('demo.userinfo.title'), explanation: t('demo.userinfo.text'), json: decoded(person) },
          {
            title: t('demo.access-token.title'),
            explanation: t('demo.access-token.text'),
            json: decoded({ token_type: tokens.token_type, expires_in: tokens.expires_in, scope: tokens.scope }),
          },
        ],
      };
    } catch (error) {
      const isRefusal = error instanceof client.AuthorizationResponseError && error.error === 'access_denied';
      session.notice = t(isRefusal ? 'demo.cancelled' : 'demo.failed');
    }
    return ctx.redirect('/');
  };

  const signOut = async (ctx: Context, session: DemoSession): Promise<void> => {
    const idToken = session.signedIn?.idToken;
    delete session.signedIn;
    if (idToken === undefined) return ctx.redirect('/');
    const address = client.buildEndSessionUrl(await discover(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: new URL('/', self).href,
      ui_locales: session.locale,
    });
    return ctx.redirect(address.href);
  };

  const showHome = async (ctx: Context, session: DemoSession): Promise<void> => {
    const { locale, signedIn, notice = '' } = session;
    delete session.notice;
    const t = texts[locale];
    const languages = locales.map((code) => ({
      locale: code,
      short: t(`locales.${code}.short`),
      name: t(`locales.${code}.name`),
      href: `/?ui_locales=${code}`,
      isCurrent: code === locale,
    }));
    ctx.type = 'html';
    ctx.body = await ejs.renderFile(
      join(viewsDir, 'sandbox/demo.ejs'),
      {
        t,
        locale,
        languages,
        notice,
        person: signedIn ?? null,
        tokens: signedIn?.tokens ?? null,
        links: { signIn: '/sign-in', signOut: '/sign-out' },
        assets: { style: assets.urlOf('demo.css') },
      },
      { root: viewsDir },
    );
  };

  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    await next();
  });
  app.use(async (ctx) => {
    const asset = assets.find(ctx.path);
    if (asset !== undefined) {
      ctx.type = asset.type;
      ctx.body = asset.content;
      return;
    }
    if (ctx.method !== 'GET') return;
    const page = { '/': showHome, '/sign-in': signIn, '/callback': finishSignIn, '/sign-out': signOut }[ctx.path];
    if (page !== undefined) await page(ctx, sessionOf(ctx));
  });
  return app;
};
