// The demo service's own pages: sign in, pay, sign out, and everything it received, laid open.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import ejs from 'ejs';
import Koa, { type Context } from 'koa';
import { isLocale, locales, type Assets, type Locale, type Translate } from '../web/index.ts';
import { createDemoService, refusalOf, type PaymentProof, type Question, type SignedIn } from './demo-service.ts';

interface Needs {
  issuer: URL;
  /** This service's own address. */
  self: URL;
  clientId: string;
  clientSecret: string;
  viewsDir: string;
  assets: Assets;
  texts: Record<Locale, Translate>;
  /** The name of the provider that people sign in with. */
  deployment: string;
}

interface DemoSession {
  locale: Locale;
  question?: Question;
  signedIn?: SignedIn;
  payment?: PaymentProof;
  notice?: string;
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

const tokensShown = ({ signedIn, payment }: DemoSession, t: Translate) => {
  const entry = (name: string, value: unknown) => ({
    title: t(`demo.${name}.title`),
    explanation: t(`demo.${name}.text`),
    json: pretty(value),
  });
  if (signedIn === undefined) return null;
  return [
    ...(payment === undefined
      ? []
      : [{ title: t('demo.checks-title'), explanation: t('demo.checks-text'), json: pretty(payment.checks) }]),
    entry('id-token', signedIn.claims),
    entry('userinfo', signedIn.person),
    entry('access-token', signedIn.token),
  ];
};

const noticeFor = (error: unknown, question: Question): string => {
  const refusal = refusalOf(error);
  if (question.kind === 'sign-in') return refusal === 'access_denied' ? 'demo.cancelled' : 'demo.failed';
  if (refusal === 'access_denied') return 'demo.not-paid';
  return refusal === 'unmet_authentication_requirements' ? 'demo.cannot-pay' : 'demo.failed';
};

export const createDemo = (needs: Needs) => {
  const { issuer, self, clientId, clientSecret, viewsDir, assets, texts, deployment } = needs;
  const sessions = new Map<string, DemoSession>();
  const service = createDemoService({
    issuer,
    clientId,
    clientSecret,
    redirectUri: new URL('/callback', self).href,
    postLogoutRedirectUri: new URL('/', self).href,
  });

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
    const { question, address } = await service.askForSignIn(session.locale);
    session.question = question;
    ctx.redirect(address.href);
  };

  const pay = async (ctx: Context, session: DemoSession): Promise<void> => {
    if (session.signedIn === undefined) return ctx.redirect('/');
    const { question, address } = await service.askForPayment(session.locale, session.signedIn.sub);
    session.question = question;
    return ctx.redirect(address.href);
  };

  const settle = async (callback: URL, question: Question, session: DemoSession): Promise<string> => {
    if (question.kind === 'sign-in' || session.signedIn === undefined) {
      session.signedIn = await service.finishSignIn(callback, question);
      return '';
    }
    session.payment = await service.finishPayment(callback, question, session.signedIn.sub);
    return session.payment.isConfirmed ? 'demo.paid' : 'demo.failed';
  };

  const finish = async (ctx: Context, session: DemoSession): Promise<void> => {
    const { question } = session;
    delete session.question; // one answer for one question
    delete session.payment;
    if (question === undefined) return ctx.redirect('/');

    const notice = await settle(new URL(ctx.url, self), question, session).catch((error: unknown) =>
      noticeFor(error, question),
    );
    if (notice !== '') session.notice = texts[session.locale](notice);
    return ctx.redirect('/');
  };

  const signOut = async (ctx: Context, session: DemoSession): Promise<void> => {
    const idToken = session.signedIn?.idToken;
    delete session.signedIn;
    delete session.payment;
    ctx.redirect(idToken === undefined ? '/' : (await service.signOutAddress(idToken, session.locale)).href);
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
    const links = { signIn: '/sign-in', signOut: '/sign-out', pay: '/pay' };
    const shown = { person: signedIn ?? null, tokens: tokensShown(session, t), notice, links };
    const values = { t, locale, languages, deployment, ...shown, assets: { style: assets.urlOf('demo.css') } };
    ctx.type = 'html';
    ctx.body = await ejs.renderFile(join(viewsDir, 'sandbox/demo.ejs'), values, { root: viewsDir });
  };

  const pages = new Map([
    ['/', showHome],
    ['/sign-in', signIn],
    ['/pay', pay],
    ['/callback', finish],
    ['/sign-out', signOut],
  ]);

  const app = new Koa();
  app.use(async (ctx) => {
    ctx.set({
      'Content-Security-Policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    const asset = assets.find(ctx.path);
    if (asset !== undefined) {
      ctx.type = asset.type;
      ctx.body = asset.content;
      return;
    }
    const page = ctx.method === 'GET' ? pages.get(ctx.path) : undefined;
    if (page !== undefined) await page(ctx, sessionOf(ctx));
  });
  return app;
};
