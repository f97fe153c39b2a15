// What a person submits is answered once: pressing twice, in two windows or by a machine, makes one code at the service.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readForm, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');

interface Bare {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const nextOf = ({ headers }: Bare): string | undefined => headers['location'];
const codeIn = (url: string | undefined): string | null =>
  url === undefined ? null : new URL(url, two.issuer).searchParams.get('code');

/** One answer carried a code; each other one was a page of ours or sent the browser to one. */
const expectOneCode = (answers: readonly Bare[]): void => {
  expect(answers.filter((answer) => codeIn(nextOf(answer)) !== null)).toHaveLength(1);
  for (const answer of answers.filter((each) => codeIn(nextOf(each)) === null)) {
    expect(answer.status).toBeLessThan(500);
    expect(nextOf(answer) ?? answer.text).toMatch(/^\/interaction\/|^http:\/\/localhost|<title>/);
  }
};

const post = (agent: BrowserAgent, page: PageView, fields: Record<string, string>): Promise<Bare> => {
  const { action, hidden } = readForm(page.html);
  return agent.post(action, new URLSearchParams({ ...hidden, ...fields }).toString());
};
const credentials = { identifier: anna.email ?? '', password: anna.password };

const openSignIn = async (changes: Record<string, unknown> = { first_party: true }) => {
  const service = await two.newService(changes);
  const request = await service.begin();
  const agent = two.newBrowser();
  return { agent, request, page: await agent.open(request.url) };
};

describe('one sign-in', () => {
  it('resumed twenty times at once gives one code', async () => {
    const { agent, page } = await openSignIn();
    const resume = nextOf(await post(agent, page, credentials)) ?? '';
    expectOneCode((await race(20, () => agent.get(resume))).won);
  });

  it('resumed again later gives our page', async () => {
    const { agent, request, page } = await openSignIn();
    const resume = nextOf(await post(agent, page, credentials)) ?? '';
    await request.finish((await agent.open(resume)).url);

    const again = await agent.open(resume);
    expect(again.status).toBe(400);
    expect(again.isElsewhere).toBe(false);
  });

  it('submitted twenty times at once, each copy resumed afterwards, gives one code', async () => {
    const { agent, page } = await openSignIn();
    const { won: submitted } = await race(20, () => post(agent, page, credentials));
    expect(Math.max(...submitted.map(({ status }) => status))).toBeLessThan(500);

    const resumes = submitted.map(nextOf).filter((next) => next !== undefined);
    expectOneCode((await race(resumes.length, (index) => agent.get(resumes[index] ?? ''))).won);
  });

  it('submitted twenty times at once, each copy resumed at once, gives one code', async () => {
    const { agent, page } = await openSignIn();
    const { won, lost } = await race(20, async () => {
      const submitted = await post(agent, page, credentials);
      const next = nextOf(submitted);
      return next === undefined ? submitted : agent.get(next);
    });
    expect(lost).toEqual([]);
    expectOneCode(won);
  });

  it('submitted again after it was over gives our page', async () => {
    const { agent, request, page } = await openSignIn();
    await request.finish((await typeCredentials(agent, page, anna)).url);
    const late = await post(agent, page, credentials);
    expect(late.status).toBe(400);
    expect(late.text).toContain('<title>');
  });
});

describe('one consent', () => {
  const openConsent = async () => {
    const { agent, request, page } = await openSignIn({});
    return { agent, request, page: await typeCredentials(agent, page, anna) };
  };

  it('resumed twenty times at once gives one code', async () => {
    const { agent, page } = await openConsent();
    const resume = nextOf(await post(agent, page, {})) ?? '';
    expectOneCode((await race(20, () => agent.get(resume))).won);
  });

  it('submitted twenty times at once, each copy resumed at once, gives one code', async () => {
    const { agent, page } = await openConsent();
    const { won, lost } = await race(20, async () => {
      const submitted = await post(agent, page, {});
      const next = nextOf(submitted);
      return next === undefined ? submitted : agent.get(next);
    });
    expect(lost).toEqual([]);
    expectOneCode(won);
  });

  it('given and refused in the same moment is one of the two', async () => {
    const { agent, page } = await openConsent();
    const { won, lost } = await race(20, async (index) => {
      const submitted = await post(agent, page, index % 2 === 0 ? {} : { action: 'cancel' });
      const next = nextOf(submitted);
      return next === undefined ? submitted : agent.get(next);
    });
    expect(lost).toEqual([]);
    const answered = won.map((answer) => nextOf(answer) ?? '').filter((url) => url.includes('example.org'));
    expect(answered).toHaveLength(1);
    expect(Math.max(...won.map(({ status }) => status))).toBeLessThan(500);
  });
});
