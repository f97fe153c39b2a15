// The same over the pages: of many browsers with one code one is signed in, and one page that is sent twice signs in once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { BrowserAgent, PageView } from '../support/browser-agent.ts';
import { noticesTo } from '../support/contacts.ts';
import { typeCredentials } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { appCode, newPersonWithApp, type PersonWithApp } from '../support/second-factor.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { answerAt, postForm } from '../support/step-up.ts';

let two: Two;
beforeAll(async () => {
  // Nothing but the once-only rule may stop the others.
  two = await startTwo({ limits: { ...limits, factorAttempts: { ...limits.factorAttempts, free: 1000 } } });
});
afterAll(() => two.stop());

describe('of twenty browsers that stand before the page, on two instances', () => {
  const atThePage = async (person: PersonWithApp, way: 'totp' | 'recovery') => {
    const service = await two.newService({ first_party: true });
    const visits: { agent: BrowserAgent; page: PageView }[] = [];
    for (let count = 0; count < 20; count += 1) {
      const agent = two.newBrowser();
      const page = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
      const address = new URL(page.url, two.issuer).pathname.replace('totp', way);
      visits.push({ agent, page: way === 'totp' ? page : await agent.open(address) });
    }
    return visits;
  };
  const typeInAll = async (visits: { agent: BrowserAgent; page: PageView }[], fields: Record<string, string>) => {
    const { won, lost } = await race(visits.length, (index) => {
      const visit = visits[index];
      if (visit === undefined) throw new Error('nobody');
      return visit.agent.submit(visit.page, fields);
    });
    expect([lost, two.failures()]).toEqual([[], []]);
    return tally(won.map((page) => answerAt(page) ?? page.status));
  };

  it('one is signed in by one code of an app', async () => {
    const { person } = await newPersonWithApp(two.instances[0]);
    const visits = await atThePage(person, 'totp');
    expect(await typeInAll(visits, { code: appCode(person.secret) })).toEqual({ code: 1, 422: 19 });
  }, 30_000);

  it('one is signed in by one recovery code, which is told once', async () => {
    const { person, codes } = await newPersonWithApp(two.instances[0]);
    const visits = await atThePage(person, 'recovery');
    expect(await typeInAll(visits, { recovery_code: codes[0] ?? '' })).toEqual({ code: 1, 422: 19 });
    const told = await noticesTo(two.instances[0], person.email);
    expect(told.filter(({ subject }) => subject?.includes('recovery code'))).toHaveLength(1);
  }, 30_000);
});

it('one page that is sent twenty times with a right code signs in once, and breaks nothing', async () => {
  const { person } = await newPersonWithApp(two.instances[0]);
  const service = await two.newService({ first_party: true });
  const agent = two.newBrowser();
  const page = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
  const { won, lost } = await race(20, () => postForm(agent, page, { code: appCode(person.secret) }));
  expect([lost, two.failures()]).toEqual([[], []]);
  expect(won.filter(({ headers }) => headers['location']?.includes('/auth/'))).toHaveLength(1);
  const events = nativeCollection(two.connection, 'journal');
  expect(await events.countDocuments({ accountId: person.id, type: 'factor-right' })).toBe(1);
});
