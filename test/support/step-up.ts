// A person with a PIN, a service that asks for it, and what both see of it.
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { createBrowserAgent, readForm, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { newPerson } from './new-person.ts';
import { newService } from './new-service.ts';
import { typeCredentials } from './people.ts';
import type { RelyingParty } from './relying-party.ts';

export const pinAcr = 'urn:civic-id:acr:pin';
export const passwordAcr = 'urn:civic-id:acr:password';

/** Leads with zeros, so that a number would lose something. */
export const rightPin = '0073';
export const wrongPin = '9999';

export const newPersonWithPin = async (idp: Pick<TestCivicId, 'app'>, pin = rightPin): Promise<Citizen> => {
  const person = await newPerson(idp);
  await idp.app.rules.pin.add(person.id, pin);
  return { ...person, pin };
};

export interface SignedInPerson {
  person: Citizen;
  agent: BrowserAgent;
  /** Of ours, so that no consent stands between the sign-in and the PIN. */
  service: RelyingParty;
}

interface SignInOptions {
  person?: Citizen;
  agent?: BrowserAgent;
  service?: RelyingParty;
}

const ours = { first_party: true, grant_types: ['authorization_code', 'refresh_token'] };

export const newOwnService = (idp: TestCivicId, changes: Record<string, unknown> = {}): Promise<RelyingParty> =>
  newService(idp, { ...ours, ...changes });

/** Somebody new unless `person` says who, signed in, with a PIN. */
export const signInWithPin = async (idp: TestCivicId, given: SignInOptions = {}): Promise<SignedInPerson> => {
  const person = given.person ?? (await newPersonWithPin(idp));
  const agent = given.agent ?? createBrowserAgent(idp.issuer);
  const service = given.service ?? (await newOwnService(idp));
  const callback = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
  if (!callback.isElsewhere) throw new Error('not signed in');
  return { person, agent, service };
};

/** The service asks for the PIN; `page` is what the browser shows then. */
export const askForPin = async (
  { agent, service }: Pick<SignedInPerson, 'agent' | 'service'>,
  parameters: Record<string, string> = {},
) => {
  const request = await service.begin({ acr_values: pinAcr, ...parameters });
  return { request, page: await agent.open(request.url) };
};

/** Somebody new, signed in, before the page that asks for the PIN. */
export const openPinPage = async (idp: TestCivicId, given: SignInOptions = {}) => {
  const visit = await signInWithPin(idp, given);
  return { ...visit, ...(await askForPin(visit)) };
};

/** Sends the form and hands back the bare answer. */
export const postForm = (
  agent: BrowserAgent,
  page: PageView,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) => {
  const { action, hidden } = readForm(page.html);
  return agent.post(action, new URLSearchParams({ ...hidden, ...fields }).toString(), headers);
};

export const hasPinField = ({ html }: PageView): boolean => html.includes('name="pin"');

/** What the service is told: `code`, or an error; undefined while the person is still on a page of ours. */
export const answerAt = ({ isElsewhere, url }: PageView): string | undefined => {
  if (!isElsewhere) return undefined;
  const { searchParams } = new URL(url);
  return searchParams.has('code') ? 'code' : (searchParams.get('error') ?? 'nothing');
};

interface PinRow {
  _id: string;
  verifier: { hash: string; keyId: string };
  tries: number;
  failures: { id: string; at: Date }[];
  lockedAt: Date | null;
}
export const pinRows = ({ connection }: Pick<TestCivicId, 'connection'>) =>
  nativeCollection<PinRow>(connection, 'pins');

export const pinRowOf = async (idp: Pick<TestCivicId, 'connection'>, { id }: Citizen): Promise<PinRow> => {
  const row = await pinRows(idp).findOne({ _id: id });
  if (row === null) throw new Error('no PIN');
  return row;
};

/** What the journal says of a person, oldest first, the sign-ins left out. */
export const pinEventsOf = async ({ connection }: Pick<TestCivicId, 'connection'>, { id }: Citizen) => {
  const events = await nativeCollection<{ type: string; clientId: string | null; requestId: string }>(
    connection,
    'journal',
  )
    .find({ accountId: id, type: /^pin-/ })
    .sort({ at: 1, _id: 1 })
    .toArray();
  return events.map(({ type }) => type);
};

/** No test of these may see one of our own failures in the log. */
export const failuresOf = ({ logLines }: Pick<TestCivicId, 'logLines'>): string[] =>
  logLines.filter((line) => JSON.parse(line).level === 'error');
