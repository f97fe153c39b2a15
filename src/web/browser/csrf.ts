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
  browserProof: BrowserProof;
}

/** Something that only the browser it was made for can bring back, for one purpose; unlike a form's token it may stand in an address. */
export interface BrowserProof {
  make: (ctx: PageContext, purpose: string) => string;
  matches: (ctx: PageContext, purpose: string, proof: string) => boolean;
}

const isPageSession = (value: string | undefined): value is string => value !== undefined && /^[\w-]{22}$/.test(value);

export const createCsrf = ({ cookies, csrfKey, issuer, random }: Needs): Csrf => {
  const sign = (pageSession: string) =>
    createHmac('sha256', csrfKey).update(`csrf:v1:${pageSession}`).digest('base64url');
  const signFor = (purpose: string, pageSession: string) =>
    createHmac('sha256', csrfKey).update(`proof:v1:${pageSession}:${purpose}`).digest('base64url');

  const isSame = (a: string, b: string): boolean => {
    const [first, second] = [Buffer.from(a), Buffer.from(b)];
    return first.length === second.length && timingSafeEqual(first, second);
  };

  const pageSessionOf = (ctx: PageContext): string => {
    const current = cookies.read(ctx, 'page');
    if (isPageSession(current)) return current;
    const fresh = random(16).toString('base64url');
    cookies.write(ctx, 'page', fresh);
    return fresh;
  };

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
    tokenFor: (ctx) => sign(pageSessionOf(ctx)),
    check: (ctx, token) => {
      checkOrigin(ctx);
      const pageSession = cookies.read(ctx, 'page');
      if (!isPageSession(pageSession)) throw new Refusal('csrf', 'no page session');
      if (!isSame(sign(pageSession), token)) throw new Refusal('csrf', 'token of another page session');
    },
    browserProof: {
      make: (ctx, purpose) => signFor(purpose, pageSessionOf(ctx)),
      matches: (ctx, purpose, proof) => {
        const pageSession = cookies.read(ctx, 'page');
        return isPageSession(pageSession) && isSame(signFor(purpose, pageSession), proof);
      },
    },
  };
};
