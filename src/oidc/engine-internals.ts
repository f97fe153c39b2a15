// Everything undocumented in the engine that we rest on, in one file; test/oidc/engine-internals.test.ts, or the test of what rests on it, breaks when the engine changes it.
import { Provider, type Client, type KoaContextWithOIDC } from 'oidc-provider';
import { isDuplicate } from '../mongo/index.ts';

/** The engine looks first and saves later, so that two at once both pass; here the insert itself decides. */
export const makeReplayDetectionAtomic = (provider: Provider): void => {
  const { ReplayDetection } = provider;
  const original = ReplayDetection.unique.bind(ReplayDetection);
  ReplayDetection.unique = async (issuer, jti, expiresAt) => {
    try {
      return await original(issuer, jti, expiresAt);
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  };
};

/** The engine compares secrets in clear; ours are stored as keyed hashes. */
export const compareHashedSecrets = (
  provider: Provider,
  matches: (stored: string, secret: string) => boolean,
): void => {
  provider.Client.prototype.compareClientSecret = function compare(this: Client, actual: string): boolean {
    return this.clientSecret !== undefined && matches(this.clientSecret, actual);
  };
};

/** Gives one answer a level of its own: the engine reads it from the session, which must not keep it. */
export const answerWithLevel = ({ oidc }: KoaContextWithOIDC, acr: string, amr: readonly string[]): void => {
  Object.defineProperty(oidc, 'acr', { value: acr });
  Object.defineProperty(oidc, 'amr', { value: [...amr] });
};

/** The engine keeps what a scope stands for out of the ID token, unless `asked`, the very object it hands to an account, names it too. */
export const alsoInIdToken = (asked: Record<string, unknown>, claim: string): void => {
  asked[claim] = null;
};

/** The engine gives the browser the cookie of a session before it saves that: taken back where another request has given it a newer one. */
export const takeBackCookie = (value: string): void => {
  const res = Provider.ctx?.res;
  const given = [res?.getHeader('set-cookie') ?? []].flat().map(String);
  const [name] = given.find((line) => line.split(';', 1)[0]?.endsWith(`=${value}`))?.split('=', 1) ?? [];
  if (name === undefined) return;
  res?.setHeader(
    'set-cookie',
    given.filter((line) => !line.startsWith(`${name}=`) && !line.startsWith(`${name}.sig=`)),
  );
};

/** Back-Channel Logout 1.0 §2.5, with the engine's guard against private addresses and its 2.5 s; rejects where the service does not take it. */
export const sendLogoutToken = async (client: Client, accountId: string, sid: string): Promise<void> => {
  const send: unknown = Reflect.get(client, 'backchannelLogout');
  if (typeof send !== 'function') throw new Error('the engine no longer sends logout tokens');
  await Reflect.apply(send, client, [accountId, sid]);
};

/** The token that protects the engine's sign-out form, taken from the form that it hands us. */
export const readSignOutForm = (form: string): { action: string; xsrf: string } => {
  const action = /action="([^"]+)"/.exec(form)?.[1];
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(form)?.[1];
  if (action === undefined || xsrf === undefined) throw new Error('the engine changed its sign-out form');
  return { action, xsrf };
};
