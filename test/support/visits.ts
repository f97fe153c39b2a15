// What a person has in one browser, and what a service has of that person; asked on both instances.
import type * as client from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { basicOf } from './client-keys.ts';
import { titleOf, type BrowserAgent, type PageView } from './browser-agent.ts';
import { signInAndAllow, typeCredentials } from './people.ts';
import type { RelyingParty } from './relying-party.ts';
import type { Two } from './start-two.ts';

export const withRefresh = { grant_types: ['authorization_code', 'refresh_token'] };

export interface Visit {
  agent: BrowserAgent;
  service: RelyingParty;
  tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;
  /** The session in which the tokens were given. */
  sessionUid: string;
}

export const sessionUidOf = async (two: Two, { metadata }: RelyingParty, accountId?: string): Promise<string> => {
  const [grant] = await nativeCollection<{ sessionUid: string }>(two.connection, 'oidc_grant')
    .find({
      'payload.clientId': metadata.client_id,
      ...(accountId === undefined ? {} : { 'payload.accountId': accountId }),
    })
    .sort({ 'payload.iat': -1, expiresAt: -1 })
    .limit(1)
    .toArray();
  return grant?.sessionUid ?? '';
};

/** Signs in at a service, by a browser that is not signed in. */
export const signInAt = async (
  two: Two,
  person: Citizen,
  { agent = two.newBrowser(), service }: { agent?: BrowserAgent; service?: RelyingParty } = {},
): Promise<Visit> => {
  const where = service ?? (await two.newService({ ...withRefresh, first_party: true }));
  const request = await where.begin();
  const tokens = await request.finish((await signInAndAllow(agent, request.url, person)).url);
  return { agent, service: where, tokens, sessionUid: await sessionUidOf(two, where, person.id) };
};

/** The browser, signed in already, visits one more service. */
export const visitAlso = async (two: Two, { agent }: Visit, service?: RelyingParty): Promise<Visit> => {
  const where = service ?? (await two.newService({ ...withRefresh, first_party: true }));
  const request = await where.begin();
  const tokens = await request.finish((await agent.open(request.url)).url);
  return { agent, service: where, tokens, sessionUid: await sessionUidOf(two, where) };
};

export const isSignInPage = (page: PageView): boolean => page.status === 200 && titleOf(page).includes('Sign in');

/** What the next request of the browser meets: a code without a question, or the sign-in page. */
export const nextVisit = async ({ agent, service }: Visit): Promise<string> => {
  const page = await agent.open((await service.begin()).url);
  if (page.isElsewhere && new URL(page.url).searchParams.has('code')) return 'code';
  return isSignInPage(page) ? 'sign-in page' : `${page.status} ${page.url}`;
};

/** Signing in again in the same browser. */
export const signInAgain = async (two: Two, { agent, service }: Visit, person: Citizen): Promise<Visit> => {
  const request = await service.begin();
  const tokens = await request.finish((await typeCredentials(agent, await agent.open(request.url), person)).url);
  return { agent, service, tokens, sessionUid: await sessionUidOf(two, service, person.id) };
};

export interface LifeSigns {
  userinfo: number[];
  introspection: unknown[];
  introspectionOfRefresh: unknown[];
}

/** The status of userinfo and `active` of introspection, on the first instance and on the second. */
export const lifeSigns = async (two: Two, { service, tokens }: Visit): Promise<LifeSigns> => {
  const both = [0, 1] as const;
  const bearer = { Authorization: `Bearer ${tokens.access_token}` };
  const look = async (token: string) =>
    Promise.all(
      both.map(async (at): Promise<unknown> => {
        const answer = await two.post('/token/introspection', { token }, { headers: basicOf(service), at });
        return answer.body['active'];
      }),
    );
  return {
    userinfo: await Promise.all(both.map(async (at) => (await two.get('/me', { headers: bearer, at })).status)),
    introspection: await look(tokens.access_token),
    introspectionOfRefresh: await look(tokens.refresh_token ?? ''),
  };
};

export const alive: LifeSigns = {
  userinfo: [200, 200],
  introspection: [true, true],
  introspectionOfRefresh: [true, true],
};
export const dead: LifeSigns = {
  userinfo: [401, 401],
  introspection: [false, false],
  introspectionOfRefresh: [false, false],
};

/** How a refresh token fares on one instance: 200, or the OAuth error. */
export const refreshAt = async (two: Two, { service, tokens }: Visit, at: 0 | 1): Promise<string> => {
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  const answer = await two.post('/token', form, { headers: basicOf(service), at });
  return answer.status === 200 ? 'refreshed' : String(answer.body['error']);
};
