// Somebody with a passkey, and how they sign in with it, page by page.
import { openAccount } from './account.ts';
import { createAuthenticator, readOptions, type Answer, type Authenticator } from './authenticator.ts';
import { createBrowserAgent, readForm, type BrowserAgent, type PageView } from './browser-agent.ts';
import { newPerson } from './new-person.ts';
import type { TestCivicId } from './civic-id.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

type Lie = Partial<Answer>;

/** Goes to the page on which the browser makes a passkey. */
export const openMaking = async (idp: TestCivicId, person: Citizen, agent?: BrowserAgent) => {
  const { agent: own, page } = await openAccount(idp, person, {
    path: '/account/passkeys/add',
    ...(agent && { agent }),
  });
  return { agent: own, page: await own.submit(page, { name: 'Phone' }) };
};

export const addPasskey = async (
  idp: TestCivicId,
  person: Citizen,
  authenticator: Authenticator,
  { lie = {}, agent: given }: { lie?: Lie; agent?: BrowserAgent } = {},
) => {
  const { agent, page } = await openMaking(idp, person, given);
  const { challenge } = readOptions(page.html);
  const credential = authenticator.create({
    challenge,
    origin: idp.issuer.origin,
    ...lie,
  });
  return { agent, page: await agent.submit(page, { credential }) };
};

export const personWithPasskey = async (idp: TestCivicId) => {
  const person = await newPerson(idp);
  const authenticator = createAuthenticator();
  const { agent, page } = await addPasskey(idp, person, authenticator);
  return { person, authenticator, agent, page };
};

/** One that no authenticator has: for pages on which it is only asked for. */
export const giveUnusablePasskey = async (
  { app }: Pick<TestCivicId, 'app'>,
  { id: accountId }: Pick<Citizen, 'id'>,
) => {
  const { passkeys, inTransaction } = app.services;
  const drawn = { userHandle: passkeys.drawChallenge(), credentialId: passkeys.drawChallenge(), publicKey: '' };
  const rest = { counter: 0, transports: ['internal'], name: 'Phone', isBackedUp: false };
  const times = { createdAt: new Date(), lastUsedAt: null };
  await inTransaction((tx) => passkeys.add(tx, { accountId, ...drawn, ...rest, ...times }));
};

/** Goes from the sign-in page, of the account or of a service's request, to the one that asks for a passkey. */
export const openPasskeySignIn = async (
  { issuer }: TestCivicId,
  { path = '/account', agent = createBrowserAgent(issuer) }: { path?: string; agent?: BrowserAgent } = {},
) => {
  const page = await agent.open(path);
  const csrf = readForm(page.html).hidden['csrf'] ?? '';
  const uid = /\/interaction\/([\w-]+)/.exec(readForm(page.html).action)?.[1] ?? '';
  await agent.post(`/interaction/${uid}/passkey/begin`, new URLSearchParams({ csrf }).toString());
  return { agent, uid, page: await agent.open(`/interaction/${uid}/passkey`) };
};

export const answerFor = (idp: TestCivicId, page: PageView, authenticator: Authenticator, lie: Lie = {}): string =>
  authenticator.get({
    challenge: readOptions(page.html).challenge,
    origin: idp.issuer.origin,
    ...lie,
  });

/** From the page of a second factor, on which a passkey can be asked for; ends where its answer leads. */
export const giveFactor = async (
  idp: TestCivicId,
  agent: BrowserAgent,
  page: PageView,
  authenticator: Authenticator,
  { lie = {}, fields = {} }: { lie?: Lie; fields?: Record<string, string> } = {},
) => {
  const asked = await agent.submit(page, { action: 'ask', ...fields });
  return agent.submit(asked, { credential: answerFor(idp, asked, authenticator, lie), ...fields });
};

export const signInWithPasskey = async (idp: TestCivicId, authenticator: Authenticator, lie: Lie = {}) => {
  const { agent, page } = await openPasskeySignIn(idp);
  return {
    agent,
    page: await agent.submit(page, {
      credential: answerFor(idp, page, authenticator, lie),
    }),
  };
};
