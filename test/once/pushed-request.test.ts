// A pushed request becomes one code at most, however many browsers hold its address (RFC 9126 §2.2, §4).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { PageView } from '../support/browser-agent.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const anna = citizen('anna');
const ivan = citizen('ivan');

const push = async (service: RelyingParty): Promise<string> => {
  const url = await client.buildAuthorizationUrlWithPAR(await service.configuration(), {
    redirect_uri: service.metadata.redirect_uris[0] ?? '',
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  });
  return url.href;
};

const codeIn = (url: string | undefined): string | null =>
  url === undefined ? null : new URL(url, two.issuer).searchParams.get('code');
const codesOf = (pages: readonly PageView[]): string[] =>
  pages.map(({ url }) => codeIn(url)).filter((code) => code !== null);

describe('one request_uri', () => {
  it('gives one code to twenty tabs of a signed-in person at once; the others get our page', async () => {
    const service = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    await signInAndAllow(agent, (await service.begin()).url, anna);

    const url = await push(service);
    const { won: answers } = await race(20, () => agent.get(url));
    const withCode = answers.filter(({ headers }) => codeIn(headers['location']) !== null);
    expect(withCode).toHaveLength(1);
    for (const { status, headers, text } of answers.filter((answer) => !withCode.includes(answer))) {
      expect(status).toBeLessThan(500);
      const error = headers['location'] === undefined ? text : headers['location'];
      expect(error).toMatch(/invalid_request_uri|<title>/);
    }
  });

  it('gives nothing at all the second time', async () => {
    const service = await two.newService({ first_party: true });
    const agent = two.newBrowser();
    const url = await push(service);
    expect(codesOf([await signInAndAllow(agent, url, anna)])).toHaveLength(1);
    const again = await agent.open(url);
    expect(codesOf([again])).toEqual([]);
    expect(again.status).toBeLessThan(500);
  });

  it('opened in two browsers in time and finished in both after 61 seconds gives one code', async () => {
    const service = await two.newService({ first_party: true });
    const url = await push(service);
    const [one, other] = [two.newBrowser(), two.newBrowser()];
    const pages = [await one.open(url), await other.open(url)] as const;
    await two.age(61 / 60);

    const first = await typeCredentials(one, pages[0], anna);
    const second = await typeCredentials(other, pages[1], ivan);
    expect(codesOf([first, second])).toHaveLength(1);
    expect(codesOf([first])).toHaveLength(1);
    expect(second.status).toBeLessThan(500);
  });

  it('finished in two browsers in the same moment gives one code', async () => {
    const service = await two.newService({ first_party: true });
    const url = await push(service);
    const [one, other] = [two.newBrowser(), two.newBrowser()];
    const pages = [await one.open(url), await other.open(url)] as const;

    const finished = await Promise.all([typeCredentials(one, pages[0], anna), typeCredentials(other, pages[1], ivan)]);
    expect(codesOf(finished)).toHaveLength(1);
    expect(Math.max(...finished.map(({ status }) => status))).toBeLessThan(500);
  });

  it('is refused after 61 seconds when nobody opened it', async () => {
    const service = await two.newService({ first_party: true });
    const url = await push(service);
    await two.age(61 / 60);
    const page = await two.newBrowser().open(url);
    expect(page.status).toBeLessThan(500);
    expect(`${page.url} ${page.html}`).toMatch(/invalid_request_uri|cannot|request/i);
    expect(page.html).not.toContain('name="password"');
  });

  it('of one service is nothing to another', async () => {
    const url = new URL(await push(await two.newService({ first_party: true })));
    const stranger = await two.newService({ first_party: true });
    url.searchParams.set('client_id', stranger.metadata.client_id);
    const page = await two.newBrowser().open(url.href);
    expect(page.html).not.toContain('name="password"');
    expect(page.status).toBeLessThan(500);
  });
});
