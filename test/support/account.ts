// Somebody in their own account, with the pages as they come.
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import { typeCredentials } from './people.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

interface Where {
  issuer: URL;
}

/** Opens a page of the account, signs in where that is asked, and ends on that page. */
export const openAccount = async (
  { issuer }: Where,
  person: Citizen,
  { path = '/account', agent = createBrowserAgent(issuer) }: { path?: string; agent?: BrowserAgent } = {},
): Promise<{ agent: BrowserAgent; page: PageView }> => {
  const page = await agent.open(path);
  const isSignIn = page.html.includes('name="identifier"');
  return { agent, page: isSignIn ? await typeCredentials(agent, page, person) : page };
};
