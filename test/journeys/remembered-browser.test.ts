import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { createBareBrowser, pathOf, readBareForm } from '../support/bare-http.ts';
import { createBrowserAgent, titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { forgetSends, lastCodeTo, typePassword } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());
beforeEach(() => forgetSends(idp));

const [anna, ivan] = [citizen('anna'), citizen('ivan')];
const dayInMinutes = 24 * 60;
const atEachSignIn = { prompt: 'login' };
const newBrowser = () => createBrowserAgent(idp.issuer);

/** What the person meets after the password. */
const meets = async (person: Citizen, agent: BrowserAgent): Promise<'a code' | 'nothing more'> => {
  await forgetSends(idp);
  const { page } = await typePassword(idp, person, { agent, parameters: atEachSignIn });
  if (!page.isElsewhere) expect(titleOf(page)).toContain('Confirm that it is you');
  return page.isElsewhere ? 'nothing more' : 'a code';
};
const signIn = async (
  person: Citizen,
  agent: BrowserAgent,
  fields: Record<string, string> = { remember_browser: 'yes' },
) => {
  await forgetSends(idp);
  const { page } = await typePassword(idp, person, { agent, parameters: atEachSignIn });
  const answer = await agent.submit(page, { code: await lastCodeTo(idp, String(person.phone)), ...fields });
  expect(answer.isElsewhere).toBe(true);
};
const deviceCookie = (agent: BrowserAgent): string =>
  /civic_device=([^;]*)/.exec(agent.cookieFor(idp.issuer.href))?.[1] ?? '';

describe('a browser that a person asked to remember', () => {
  it('asks for no code any more, and only says pwd in amr then', async () => {
    const agent = newBrowser();
    await signIn(anna, agent);
    const { page, request } = await typePassword(idp, anna, { agent, parameters: atEachSignIn });
    expect((await request.finish(page.url)).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it('is remembered for no one else', async () => {
    const agent = newBrowser();
    await signIn(anna, agent);
    expect(await meets(ivan, agent)).toBe('a code');
    expect(await meets(anna, newBrowser())).toBe('a code');
  });

  it('is remembered for each of a family that shares it, the five newest of them', async () => {
    const agent = newBrowser();
    const family = ['anna', 'ivan', 'emily', 'joao', 'olga'].map(citizen);
    for (const person of family) await signIn(person, agent);
    for (const person of family) expect([person.id, await meets(person, agent)]).toEqual([person.id, 'nothing more']);

    await signIn(citizen('dmitry'), agent);
    expect(await meets(citizen('dmitry'), agent)).toBe('nothing more');
    expect(await meets(citizen('ivan'), agent)).toBe('nothing more');
    expect(await meets(anna, agent)).toBe('a code');
  });

  it('is not remembered unless the box was ticked', async () => {
    const agent = newBrowser();
    await signIn(anna, agent, {});
    expect(deviceCookie(agent)).toBe('');
    expect(await meets(anna, agent)).toBe('a code');
  });

  it('is not remembered for a wrong code, ticked or not', async () => {
    const { agent, page } = await typePassword(idp, anna);
    await agent.submit(page, { code: '000000', remember_browser: 'yes' });
    expect(deviceCookie(agent)).toBe('');
  });

  it('is forgotten after 180 days, not a day earlier, and visits do not make it longer', async () => {
    const agent = newBrowser();
    await signIn(anna, agent);
    const kept = deviceCookie(agent);
    const devices = nativeCollection<{ lastSeenAt: Date; firstSeenAt: Date }>(idp.connection, 'devices');
    const visit = async (): Promise<string> => {
      await forgetSends(idp);
      const request = await (await newService(idp, { first_party: true })).begin();
      const browser = createBareBrowser(idp.issuer, { civic_device: kept });
      const { action, csrf } = readBareForm(await browser.follow({ path: pathOf(request.url) }));
      const fields = { csrf, identifier: String(anna.phone), password: anna.password };
      const answer = await browser.follow({
        method: 'POST',
        path: action,
        body: new URLSearchParams(fields).toString(),
      });
      return answer.body;
    };

    await idp.age(179 * dayInMinutes);
    expect(await visit()).not.toContain('Confirm that it is you');
    const [device] = await devices.find().sort({ lastSeenAt: -1 }).toArray();
    expect(Number(device?.lastSeenAt) - Number(device?.firstSeenAt)).toBeGreaterThan(178 * dayInMinutes * 60_000);

    await idp.age(1.01 * dayInMinutes);
    expect(await visit()).toContain('Confirm that it is you');
  });
});

describe('the cookie of a remembered browser', () => {
  it('is kept for 180 days, out of reach of scripts, and stands nowhere in the database', async () => {
    const { agent, page } = await typePassword(idp, anna);
    const code = await lastCodeTo(idp, String(anna.phone));
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, code, remember_browser: 'yes' }).toString();
    const answer = await agent.post(page.url, body);
    const cookies = String(answer.headers['set-cookie']).split(/,(?=civic_)/);
    const cookie = cookies.find((line) => line.startsWith('civic_device=')) ?? '';
    expect(cookie).toMatch(/^civic_device=[\w-]{32}; path=\/; expires=[^;]+; samesite=lax; httponly$/);
    const until = Date.parse(/expires=([^;]+)/.exec(cookie)?.[1] ?? '');
    expect(Math.round((until - Date.now()) / (dayInMinutes * 60_000))).toBe(180);
    const value = /=([^;]+)/.exec(cookie)?.[1] ?? '';
    expect(JSON.stringify(await dumpDatabase(idp))).not.toContain(value);
  });

  it('that somebody has planted never becomes good', async () => {
    const planted = newBrowser();
    await signIn(ivan, planted); // the attacker's own, good for his account
    const stolen = deviceCookie(planted);

    const request = await (await newService(idp, { first_party: true })).begin();
    const victim = createBareBrowser(idp.issuer, { civic_device: stolen });
    const signInForm = readBareForm(await victim.follow({ path: pathOf(request.url) }));
    const post = (path: string, fields: Record<string, string>) =>
      victim.follow({ method: 'POST', path, body: new URLSearchParams(fields).toString() });
    await forgetSends(idp);
    const { action, csrf } = readBareForm(
      await post(signInForm.action, {
        csrf: signInForm.csrf,
        identifier: String(anna.phone),
        password: anna.password,
      }),
    );
    await post(action, { csrf, code: await lastCodeTo(idp, String(anna.phone)), remember_browser: 'yes' });
    expect(victim.cookies()['civic_device']).not.toBe(stolen);

    expect(await idp.app.services.devices.isKnown('sandbox-anna', stolen)).toBe(false);
    expect(await idp.app.services.devices.isKnown('sandbox-anna', victim.cookies()['civic_device'])).toBe(true);
  });

  it.each(['', '.', 'A'.repeat(32), 'A'.repeat(5000), 'a.b.c', `${'A'.repeat(32)}.`.repeat(100), '$where', '%00'])(
    'that is made up is worth nothing: %.20s',
    async (cookie) => {
      expect(await idp.app.services.devices.isKnown('sandbox-anna', cookie)).toBe(false);
    },
  );
});
