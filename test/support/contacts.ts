// Somebody who changes a contact of their account, page by page.
import { randomInt, randomUUID } from 'node:crypto';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { openAccount } from './account.ts';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { lastCodeTo, readOutbox } from './new-device.ts';
import { newReadyPerson, pathOf, type ReadyPerson } from './pin-setting.ts';

export type Kind = 'phone' | 'email';

export const newPhone = (): string => `+7998${String(randomInt(10 ** 7)).padStart(7, '0')}`;
export const newEmail = (): string => `${randomUUID().replace(/\d/g, 'y')}@example.org`;
export const fresh = (kind: Kind): string => (kind === 'phone' ? newPhone() : newEmail());

export interface OnContacts {
  person: ReadyPerson;
  agent: BrowserAgent;
}

/** Signed in a moment ago. */
export const openContacts = async (idp: TestCivicId, given?: ReadyPerson): Promise<OnContacts> => {
  const person = given ?? (await newReadyPerson(idp));
  const { agent } = await openAccount(idp, person, { path: '/account/contacts' });
  return { person, agent };
};

/** The page after the contact was typed: that of the code, or the same with a mistake. */
export const give = async ({ agent }: Pick<OnContacts, 'agent'>, kind: Kind, value: string): Promise<PageView> =>
  agent.submit(await agent.open(`/account/contacts/${kind}`), { [kind]: value });

/** Typed and proved; the page that says what came of it. */
export const prove = async (idp: TestCivicId, visit: OnContacts, kind: Kind, value: string): Promise<PageView> => {
  const page = await give(visit, kind, value);
  return visit.agent.submit(page, { code: await lastCodeTo(idp, value) });
};

export const removeContact = async ({ agent }: Pick<OnContacts, 'agent'>, kind: Kind): Promise<PageView> =>
  agent.submit(await agent.open(`/account/contacts/${kind}/remove`), {});

export const contactOf = async (idp: TestCivicId, { id }: Pick<Citizen, 'id'>, kind: Kind) =>
  (await idp.app.services.accounts.find(id))?.[kind];

/** Whether this identifier and the person's password open the account in a new browser. */
export const signsInWith = async (idp: TestCivicId, person: Citizen, identifier: string): Promise<boolean> => {
  const agent = createBrowserAgent(idp.issuer);
  const page = await agent.open('/account');
  const after = await agent.submit(page, { identifier, password: person.password });
  return pathOf(after) === '/account';
};

/** Messages that carry no code, to one contact, newest first. */
export const noticesTo = async (idp: TestCivicId, to: string) =>
  (await readOutbox(idp)).filter((entry) => entry.to === to && entry.purpose === 'notice');

export const eventsOf = async (
  { connection }: Pick<TestCivicId, 'connection'>,
  { id }: Pick<Citizen, 'id'>,
): Promise<string[]> => {
  const events = nativeCollection<{ type: string }>(connection, 'journal').find({
    accountId: id,
    type: /^contact-|^name-changed|^not-me/,
  });
  return (await events.sort({ at: 1 }).toArray()).map(({ type }) => type);
};
