// Somebody who does not know their password, question by question.
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { forgetSends, lastCodeTo } from './new-device.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

export const recoveredPassword = 'a-path-through-tall-grass';

export type RecoveryStop = 'document' | 'code' | 'password' | 'done';

export interface RecoveryWay {
  agent?: BrowserAgent;
  /** The first of phone and e-mail unless it is given. */
  contact?: string;
  document?: { document_type: string; document_number: string };
  first?: string;
  password?: string;
}

export const snilsOf = ({ snils }: Citizen) => ({ document_type: 'snils', document_number: snils ?? '' });
export const noDocument = { document_type: 'none', document_number: '' };

export const setPassword = (
  agent: BrowserAgent,
  page: PageView,
  password: string = recoveredPassword,
): Promise<PageView> => agent.submit(page, { new_password: password, new_password_again: password });

/** Answers every question up to the page named `until`. */
export const recoverUpTo = async (
  idp: TestCivicId,
  person: Citizen,
  until: RecoveryStop,
  way: RecoveryWay = {},
): Promise<{ agent: BrowserAgent; page: PageView }> => {
  const { agent = createBrowserAgent(idp.issuer), contact = person.phone ?? person.email ?? '' } = way;
  const answers: Record<RecoveryStop, (page: PageView) => Promise<PageView>> = {
    document: (page) => agent.submit(page, { contact }),
    code: async (page) => {
      await forgetSends(idp);
      return agent.submit(page, way.document ?? snilsOf(person));
    },
    password: async (page) => agent.submit(page, { code: await lastCodeTo(idp, contact) }),
    done: (page) => setPassword(agent, page, way.password),
  };
  let page = await agent.open(way.first ?? '/recovery');
  for (const [name, answer] of Object.entries(answers)) {
    page = await answer(page);
    if (name === until) break;
  }
  return { agent, page };
};
