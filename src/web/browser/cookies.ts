// All cookies of the product. Names come from the issuer: over https they carry the prefixes that browsers enforce (ASVS 3.3).
import type { PageContext } from '../http.ts';

/** `prefix` is `__Host-` unless the cookie is bound to a path. */
const table = {
  session: { name: 'session', prefix: '__Host-' },
  interaction: { name: 'interaction', prefix: '__Secure-' },
  resume: { name: 'resume', prefix: '__Secure-' },
  page: { name: 'page', prefix: '__Host-' },
  language: { name: 'language', prefix: '__Host-' },
  flow: { name: 'flow', prefix: '__Host-' },
  device: { name: 'device', prefix: '__Host-' },
  registration: { name: 'registration', prefix: '__Host-' },
  level: { name: 'level', prefix: '__Host-' },
  proof: { name: 'proof', prefix: '__Host-' },
  pin: { name: 'pin', prefix: '__Host-' },
  passkey: { name: 'passkey', prefix: '__Host-' },
  factor: { name: 'factor', prefix: '__Host-' },
  contact: { name: 'contact', prefix: '__Host-' },
  recovery: { name: 'recovery', prefix: '__Host-' },
} as const;

export type CookieKey = keyof typeof table;
const cookieKeys = [
  'session',
  'interaction',
  'resume',
  'page',
  'language',
  'flow',
  'device',
  'registration',
  'level',
  'proof',
  'pin',
  'passkey',
  'factor',
  'contact',
  'recovery',
] as const satisfies readonly CookieKey[];

export interface Cookies {
  nameOf: (key: CookieKey) => string;
  isSecure: boolean;
  read: (ctx: PageContext, key: CookieKey) => string | undefined;
  /** True when the browser sent one of our names twice: another host of the domain has tossed one in (ATT-X06). */
  isRepeated: (ctx: PageContext) => boolean;
  /** Without `maxAgeSeconds` the cookie lives as long as the browser window. */
  write: (ctx: PageContext, key: CookieKey, value: string, maxAgeSeconds?: number) => void;
}

export const createCookies = (issuer: URL): Cookies => {
  const isSecure = issuer.protocol === 'https:';
  const nameOf = (key: CookieKey) => `${isSecure ? table[key].prefix : ''}civic_${table[key].name}`;

  const names = cookieKeys.map(nameOf);

  return {
    nameOf,
    isSecure,
    isRepeated: (ctx) => {
      const sent = ctx
        .get('cookie')
        .split(';')
        .map((pair) => pair.split('=', 1)[0]?.trim() ?? '');
      const ours = sent.filter((name) => names.some((own) => name === own || name === `${own}.sig`));
      return new Set(ours).size !== ours.length;
    },
    read: (ctx, key) => ctx.cookies.get(nameOf(key), { signed: false }),
    write: (ctx, key, value, maxAgeSeconds) => {
      const lifetime = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 };
      ctx.cookies.set(nameOf(key), value, {
        httpOnly: true,
        overwrite: true,
        path: '/',
        sameSite: 'lax',
        secure: isSecure,
        signed: false,
        ...lifetime,
      });
    },
  };
};
