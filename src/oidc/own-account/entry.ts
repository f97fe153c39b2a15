// The way into the account area: an authorization request of our own client, and its answer.
import { callbackPath, ownClientId } from './own-client.ts';
import type { PageContext, Web } from '../../web/index.ts';

export type Entry =
  | { outcome: 'entered'; path: string }
  /** The person would rather not. */
  | { outcome: 'cancelled' }
  /** Not the answer to a request of this browser. */
  | { outcome: 'foreign' };

interface Needs {
  issuer: URL;
  browserProof: Web['browserProof'];
  random: (bytes: number) => Buffer;
}

const isOwnPath = (path: string): boolean => /^\/account(\/[a-z-]+)*$/.test(path);
const purposeOf = (path: string): string => `account:${path}`;

const firstOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const createEntry = ({ issuer, browserProof, random }: Needs) => ({
  /** Where somebody signs in to come back to `path`. `state` holds the path and is good for this browser alone. */
  addressFor: (ctx: PageContext, path: string): string => {
    const back = isOwnPath(path) ? path : '/account';
    const address = new URL('/auth', issuer);
    address.search = new URLSearchParams({
      client_id: ownClientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: new URL(callbackPath, issuer).href,
      state: `${browserProof.make(ctx, purposeOf(back))}.${Buffer.from(back).toString('base64url')}`,
      code_challenge: random(32).toString('base64url'), // of no verifier: nobody redeems the code
      code_challenge_method: 'S256',
    }).toString();
    return `${address.pathname}${address.search}`;
  },
  /** Reads the answer that a browser brings; its code is dropped. */
  read: (ctx: PageContext): Entry => {
    const [proof = '', encoded = ''] = firstOf(ctx.query['state']).split('.');
    const path = Buffer.from(encoded, 'base64url').toString();
    const isOurs = isOwnPath(path) && browserProof.matches(ctx, purposeOf(path), proof);
    if (!isOurs || firstOf(ctx.query['iss']) !== issuer.origin) return { outcome: 'foreign' };
    return ctx.query['error'] === undefined ? { outcome: 'entered', path } : { outcome: 'cancelled' };
  },
});
