// A person who signs in on a new device, up to the page that asks for the code.
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { newService } from './new-service.ts';
import { typeCredentials } from './people.ts';
import type { RelyingParty } from './relying-party.ts';

export interface NewDeviceVisit {
  agent: BrowserAgent;
  service: RelyingParty;
  /** What the service asked; `finish` takes the callback. */
  request: Awaited<ReturnType<RelyingParty['begin']>>;
  /** What came after the password. */
  page: PageView;
}

export const typePassword = async (
  idp: TestCivicId,
  person: Citizen,
  {
    agent = createBrowserAgent(idp.issuer),
    parameters = {},
  }: { agent?: BrowserAgent; parameters?: Record<string, string> } = {},
): Promise<NewDeviceVisit> => {
  const service = await newService(idp, { first_party: true });
  const request = await service.begin(parameters);
  const page = await typeCredentials(agent, await agent.open(request.url), person);
  return { agent, service, request, page };
};

export interface OutboxEntry {
  at: string;
  channel: string;
  to: string;
  purpose: string;
  subject: string | null;
  text: string;
  code: string | null;
}

/** The sandbox's outbox, newest first. */
export const readOutbox = async (idp: Pick<TestCivicId, 'issuer'>): Promise<OutboxEntry[]> =>
  (await createBrowserAgent(idp.issuer).get('/sandbox/outbox', { Accept: 'application/json' })).body;

/** The newest code to a phone or e-mail; empty where there is none. */
export const lastCodeTo = async (idp: Pick<TestCivicId, 'issuer'>, to: string): Promise<string> =>
  (await readOutbox(idp)).find((entry) => entry.to === to && entry.code !== null)?.code ?? '';

/** The digits of the origin-bound line of an SMS. */
export const codeIn = (text: string | undefined): string => /#(\d{6})$/.exec(text ?? '')?.[1] ?? '';

/** Six digits that are not these. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** What limits how often codes go is forgotten, for tests that are about something else. */
export const forgetSends = async ({ connection }: Pick<TestCivicId, 'connection'>): Promise<void> => {
  await nativeCollection(connection, 'code_sends').deleteMany({});
};
