// What every answer says to the browser, errors included (ASVS 3.4).
import type { PageMiddleware } from '../http.ts';

// Chromium applies form-action to every redirect after the POST, the service's own onward redirects included: pages on the way to a service go without.
const leadsToAService = /^\/(interaction|auth|session|registration\/done)(\/|$)/;

const policyFor = (path: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    ...(leadsToAService.test(path) ? [] : ["form-action 'self'"]),
  ].join('; ');

export const securityHeaders =
  (issuer: URL): PageMiddleware =>
  async (ctx, next) => {
    const isSecure = issuer.protocol === 'https:';
    ctx.set({
      'Content-Security-Policy': policyFor(ctx.path),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cache-Control': 'no-store',
    });
    if (isSecure) ctx.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
    await next();
  };
