// Somebody who opens an account, question by question.
import type { BrowserAgent, PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { lastCodeTo } from './new-device.ts';

export const rosa = { family_name: 'Ветрова', given_name: 'Роза', middle_name: '' };
export const rosasPhone = '+79161234567';
export const rosasEmail = 'rosa@example.org';
export const rosasPassword = 'roses-need-no-reason';

export type Until = 'contact' | 'code' | 'password' | 'check' | 'done';

export const givePassword = (agent: BrowserAgent, page: PageView, password = rosasPassword): Promise<PageView> =>
  agent.submit(page, { new_password: password, new_password_again: password });

/** Answers every question up to the page named `until`; from home unless another first page is given. */
export const answerUpTo = async (
  idp: TestCivicId,
  until: Until,
  { agent, contact = rosasPhone, first = '/registration' }: { agent: BrowserAgent; contact?: string; first?: string },
): Promise<PageView> => {
  const answers: Record<Until, (page: PageView) => Promise<PageView>> = {
    contact: (page) => agent.submit(page, rosa),
    code: (page) => agent.submit(page, { contact }),
    password: async (page) => agent.submit(page, { code: await lastCodeTo(idp, contact) }),
    check: (page) => givePassword(agent, page),
    done: (page) => agent.submit(page, { terms: 'yes' }),
  };
  let page = await agent.open(first);
  for (const [name, answer] of Object.entries(answers)) {
    page = await answer(page);
    if (name === until) break;
  }
  return page;
};
