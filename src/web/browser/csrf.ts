// A form is good for the browser that was given it: a token bound to the page session, and the browser's own word on where the POST comes from (N-20, ASVS 3.5.1).
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import type { Cookies } from './cookies.ts';
import type { PageContext } from '../http.ts';

interface Needs {
  cookies: Cookies;
  csrfKey: Buffer;
  issuer: URL;
  random: (bytes: number) => Buffer;
}

export interface Csrf {
  /** The token of this browser's page session; begins one where there is none. */
  tokenFor: (ctx: PageContext) => string;
  /** Throws `Refusal` 403 where the browser says that the POST comes from elsewhere. */
  checkOrigin: (ctx: PageContext) => void;
  /** Throws `Refusal` 403 unless the form was made for this browser and sent from our own page. */
  check: (ctx: PageContext, token: string) => void;
}

const isPageSession = (value: string | undefined): value is string => value !== undefined && /^[\w-]{22}$/.test(value);

export const createCsrf = ({ cookies, csrfKey, issuer, random }: Needs): Csrf => {
  const sign = (pageSession: string) =>
    createHmac('sha256', csrfKey).update(`csrf:v1:${pageSession}`).digest('base64url');

  const isFromElsewhere = (ctx: PageContext): boolean => {
    const site = ctx.get('sec-fetch-site');
    if (!['', 'none', 'same-origin'].includes(site)) return true;
    // Under `Referrer-Policy: no-referrer` browsers send "null" for our own forms too.
    return !['', 'null', issuer.origin].includes(ctx.get('origin'));
  };

  const checkOrigin = (ctx: PageContext): void => {
    if (isFromElsewhere(ctx)) throw new Refusal('csrf', 'form came from another site');
  };

  return {
    checkOrigin,
    tokenFor: (ctx) => {
      const current = cookies.read(ctx, 'page');
      if (isPageSession(current)) return sign(current);
      const fresh = random(16).toString('base64url');
      cookies.write(ctx, 'page', fresh);
      return sign(fresh);
    },
    check: (ctx, token) => {
      checkOrigin(ctx);
      const pageSession = cookies.read(ctx, 'page');
      if (!isPageSession(pageSession)) throw new Refusal('csrf', 'no page session');
      const expected = Buffer.from(sign(pageSession));
      const given = Buffer.from(token);
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new Refusal('csrf', 'token of another page session');
    },
  };
};
