// The sandbox's citizens by name, and the usual way through the pages.
import { citizens } from '../../src/sandbox/citizens.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import type { BrowserAgent, PageView } from './browser-agent.ts';

export const citizen = (id: string): Citizen => {
  const found = citizens.find((person) => person.id === `sandbox-${id}`);
  if (found === undefined) throw new Error(`no citizen ${id}`);
  return found;
};

/** Types identifier and password on a sign-in page. */
export const typeCredentials = (
  agent: BrowserAgent,
  page: PageView,
  { phone, email, password }: Citizen,
): Promise<PageView> => agent.submit(page, { identifier: phone ?? email ?? '', password });

/** Signs in and allows what the service asks for, where it is asked; ends at the service's callback. */
export const signInAndAllow = async (agent: BrowserAgent, url: string, person: Citizen): Promise<PageView> => {
  const after = await typeCredentials(agent, await agent.open(url), person);
  return after.isElsewhere ? after : agent.submit(after, {});
};
