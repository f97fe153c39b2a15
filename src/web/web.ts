// The ground that every page stands on, put together once.
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { isAddressedTo, settleAddress } from './server/address.ts';
import { loadAssets } from './pages/assets.ts';
import { createCookies } from './browser/cookies.ts';
import { createCsrf } from './browser/csrf.ts';
import { createForms, readQuery, type FormLimits } from './browser/forms.ts';
import { securityHeaders } from './server/headers.ts';
import { createLanguage } from './browser/language.ts';
import { assetsOf } from './pages/look.ts';
import { createShow } from './pages/pages.ts';
import { createRedraw } from './browser/redraw.ts';
import { Refusal } from './refusal.ts';
import { createRefusals } from './pages/refusals.ts';
import { createVisit } from './visit.ts';
import type { Deployment } from './deployment.ts';
import type { PageMiddleware } from './http.ts';
import type { Locale, Translate } from './texts.ts';
import type { Logger } from './log.ts';

interface Needs {
  issuer: URL;
  viewsDir: string;
  deployment: Deployment;
  texts: Record<Locale, Translate>;
  csrfKey: Buffer;
  trustedProxyHops: number;
  formLimits: FormLimits;
  chosenLanguageSeconds: number;
  log: Logger;
  now: () => Date;
  random: (bytes: number) => Buffer;
  isUnavailable: (error: unknown) => boolean;
}

export const createWeb = (needs: Needs) => {
  const { issuer, viewsDir, deployment, texts, log, now, random } = needs;
  const assets = loadAssets(join(viewsDir, 'assets'), assetsOf(deployment));
  const cookies = createCookies(issuer);
  const csrf = createCsrf({ cookies, csrfKey: needs.csrfKey, issuer, random });
  const forms = createForms({ limits: needs.formLimits, csrf });
  const show = createShow({ issuer, viewsDir, deployment, assets, csrf });
  const language = createLanguage({ cookies, now, chosenLanguageSeconds: needs.chosenLanguageSeconds });
  const visit = createVisit({ log, texts, language, random });
  const refusals = createRefusals({ show, isUnavailable: needs.isUnavailable });

  const strangers = new WeakSet<IncomingMessage>();
  /** To be called before Koa sees the request: from here on every address in it is the issuer's. */
  const admit = (request: IncomingMessage): void => {
    if (!isAddressedTo(issuer, request)) strangers.add(request);
    settleAddress(issuer, needs.trustedProxyHops, request);
  };
  const refuseStrangers: PageMiddleware = async (ctx, next) => {
    if (strangers.has(ctx.req)) throw new Refusal('misdirected', 'host is not the issuer');
    await next();
  };

  const refuseTossedCookies: PageMiddleware = async (ctx, next) => {
    if (cookies.isRepeated(ctx)) throw new Refusal('bad-request', 'a cookie of ours came twice');
    await next();
  };

  return {
    show,
    assets,
    cookies,
    texts,
    deployment,
    admit,
    browserProof: csrf.browserProof,
    readForm: forms.readForm,
    readFormOfEngine: forms.readFormOfEngine,
    readQuery,
    speakFor: visit.speakFor,
    middleware: [
      visit.begin,
      securityHeaders(issuer),
      refusals.handle,
      assets.serve, // also for the page that refuses strangers
      refuseStrangers,
      refuseTossedCookies,
      createRedraw(forms),
      visit.rememberLanguage,
    ],
  };
};

export type Web = ReturnType<typeof createWeb>;
