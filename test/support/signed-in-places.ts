// Services with an ear for the end of a session, and a person who is signed in at them.
import { buildEndSessionUrl } from 'openid-client';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { startLogoutListener, type LogoutListener } from './logout-listener.ts';
import { newPerson } from './new-person.ts';
import { typeCredentials } from './people.ts';
import type { RelyingParty } from './relying-party.ts';
import { newOwnService } from './step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

export interface Place {
  service: RelyingParty;
  listener: LogoutListener;
  idToken: string;
}

/** Signs the person in at a new service that listens. */
export const newPlace = async (
  idp: TestCivicId,
  { agent, person }: { agent: BrowserAgent; person: Citizen },
  changes: Record<string, unknown> = {},
): Promise<Place> => {
  const listener = await startLogoutListener();
  const service = await newOwnService(idp, { backchannel_logout_uri: listener.uri, ...changes });
  const request = await service.begin();
  const page = await agent.open(request.url);
  const callback = page.isElsewhere ? page : await typeCredentials(agent, page, person);
  const tokens = await request.finish(callback.url);
  return { service, listener, idToken: String(tokens.id_token) };
};

/** Signed in at two services in one browser; the first one wants to know the session, the second does not care. */
export const signInAtTwoPlaces = async (idp: TestCivicId) => {
  const person = await newPerson(idp);
  const agent = createBrowserAgent(idp.issuer);
  const one = await newPlace(idp, { agent, person }, { backchannel_logout_session_required: true });
  const two = await newPlace(idp, { agent, person });
  return { person, agent, one, two };
};

export const openSignOut = async (agent: BrowserAgent, { service, idToken }: Place): Promise<PageView> =>
  agent.open(buildEndSessionUrl(await service.configuration(), { id_token_hint: idToken }).href);
export const leaveAll = async (agent: BrowserAgent, place: Place): Promise<PageView> =>
  agent.submit(await openSignOut(agent, place), { logout: 'yes' });
export const leaveOne = async (agent: BrowserAgent, place: Place): Promise<PageView> =>
  agent.submit(await openSignOut(agent, place), {});
