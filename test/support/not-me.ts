// A person who was told of something, and the link that they were given to say that it was not them.
import { setTimeout as sleep } from 'node:timers/promises';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { readOutbox } from './new-device.ts';

/** The address in a notice; empty where there is none. */
export const linkIn = (text: string): string => /https?:\/\/\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? '';

/** Writes a notice as the rules do, and hands back its link. */
export const tellOf = async (
  idp: TestCivicId,
  { id, email }: Citizen,
  kind: 'new-sign-in' | 'level-raised' = 'new-sign-in',
): Promise<string> => {
  const { accounts, notices, inTransaction } = idp.app.services;
  const account = await accounts.find(id);
  if (account === undefined) throw new Error('nobody to tell');
  await sleep(2); // each event at a time of its own
  const facts = { at: new Date(), device: 'Firefox, Linux', requestId: 'TESTS-TESTS' };
  await inTransaction((tx) => notices.tell(tx, account, kind, facts));
  const told = (await readOutbox(idp)).find(({ to, purpose }) => to === email && purpose === 'notice');
  return linkIn(told?.text ?? '');
};

export const pressNotMe = async (
  { issuer }: TestCivicId,
  link: string,
  agent: BrowserAgent = createBrowserAgent(issuer),
): Promise<PageView> => agent.submit(await agent.open(link), {});

/** What "not me" may change of a person. */
export const traitsOf = async ({ app, connection }: TestCivicId, { id }: Citizen) => {
  const account = await app.services.accounts.find(id);
  const events = nativeCollection(connection, 'journal').find({ accountId: id, type: 'not-me' });
  return {
    hasPassword: account?.passwordVerifier !== undefined,
    sessionsValidFrom: account?.sessionsValidFrom,
    isHeld: account?.highRiskHeldUntil !== undefined,
    pin: await app.rules.pin.stateOf(id),
    devices: await nativeCollection(connection, 'devices').countDocuments({ accountId: id }),
    events: (await events.toArray()).length,
  };
};
