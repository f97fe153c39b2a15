// Time limits can be met: the person is told before, asks for more with one button, and loses nothing (UX-10, WCAG 2.2.1).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterEach(() => idp.stop());

const anna = citizen('anna');
const askForMoreTime = (agent: BrowserAgent, page: PageView, typed: Record<string, string> = {}) =>
  agent.submitTo(/more_time=yes$/, page, typed);
const secondsLeft = ({ html }: PageView): number => Number(/class="time-left" data-seconds="(\d+)"/.exec(html)?.[1]);

const begin = async () => {
  const agent = createBrowserAgent(idp.issuer);
  const request = await (await newService(idp, { first_party: true })).begin();
  return { agent, request, page: await agent.open(request.url) };
};

describe('a page with a form', () => {
  it('says how long it is good for, also without the script', async () => {
    const { page } = await begin();
    expect(secondsLeft(page)).toBeGreaterThan(3590);
    expect(wordsOf(page)).toContain('This page is open for 60 more minutes.');
  });

  it('is good for an hour more after one press, with what was typed', async () => {
    const { agent, request, page } = await begin();
    await idp.age(50);
    const longer = await askForMoreTime(agent, page, { identifier: 'anna@example.org' });
    expect(longer.html).toContain('value="anna@example.org"');
    expect(secondsLeft(longer)).toBeGreaterThan(3590);

    await idp.age(50);
    const code = await typeCredentials(agent, longer, anna);
    await request.finish((await agent.submit(code, { code: await lastCodeTo(idp, String(anna.phone)) })).url);
  });

  it('waits for a code that long too', async () => {
    const { agent, request, page } = await begin();
    let code = await typeCredentials(agent, page, anna);
    for (let times = 0; times < 3; times += 1) {
      await idp.age(50);
      code = await askForMoreTime(agent, code);
      expect(wordsOf(code)).toContain('Confirm that it is you');
    }
    const again = await agent.submit(code, { action: 'resend' });
    await request.finish((await agent.submit(again, { code: await lastCodeTo(idp, String(anna.phone)) })).url);
  });

  it('does not wait for ever', async () => {
    const { agent, page } = await begin();
    let seen = page;
    for (let hours = 0; hours < 16; hours += 1) {
      await idp.age(45);
      seen = await askForMoreTime(agent, seen);
    }
    await idp.age(45);
    expect((await agent.open(seen.url.split('?')[0] ?? '')).status).toBe(400);
  });

  it('does not come back once its time is over', async () => {
    const { agent, page } = await begin();
    await idp.age(61);
    const late = await askForMoreTime(agent, page);
    expect([late.status, wordsOf(late).includes('This sign-in page no longer works')]).toEqual([400, true]);
  });

  it('gives no time to another browser, nor to a made-up token', async () => {
    const { agent, page } = await begin();
    expect((await askForMoreTime(createBrowserAgent(idp.issuer), page)).status).toBe(403);
    expect((await askForMoreTime(agent, page, { csrf: 'made up' })).status).toBe(403);
  });
});
