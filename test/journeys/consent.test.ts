import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchUserInfo } from 'openid-client';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const newBrowser = () => createBrowserAgent(idp.issuer);
const consentTitle = 'What the service will learn about you';

/** A browser in which Anna is signed in, at a service of no interest. */
const browserOfAnna = async (): Promise<BrowserAgent> => {
  const agent = newBrowser();
  await signInAndAllow(agent, (await (await newService(idp)).begin()).url, anna);
  return agent;
};

/** Opens a request and allows what is asked; hands back the `sub` that the service gets. */
const subjectAt = async (agent: BrowserAgent, service: RelyingParty): Promise<string | undefined> => {
  const request = await service.begin();
  const page = await agent.open(request.url);
  const callback = page.isElsewhere ? page : await agent.submit(page, {});
  return (await request.finish(callback.url)).claims()?.sub;
};

describe('a second service in the same browser', () => {
  it('needs no password but a consent of its own', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp);
    const request = await service.begin();

    const page = await agent.open(request.url);
    expect(titleOf(page)).toContain(consentTitle);
    expect(wordsOf(page)).toContain(String(service.metadata['client_name']));
    expect(wordsOf(page)).toContain(new URL(service.metadata.redirect_uris[0] ?? '').host);
    await request.finish((await agent.submit(page, {})).url);
  });

  it('knows the person by another sub, unless both are of one sector', async () => {
    const agent = await browserOfAnna();
    const one = await subjectAt(agent, await newService(idp));
    const other = await subjectAt(agent, await newService(idp));
    const clerk = await subjectAt(agent, await newService(idp, { sector: 'city.example.org' }));
    const office = await subjectAt(agent, await newService(idp, { sector: 'city.example.org' }));

    expect(new Set([one, other, clerk, anna.id]).size).toBe(4);
    expect(office).toBe(clerk);
  });

  it('knows the person by the same sub at every visit', async () => {
    const service = await newService(idp);
    const first = await subjectAt(await browserOfAnna(), service);
    expect(await subjectAt(await browserOfAnna(), service)).toBe(first);
  });

  it('gets the same sub as others where its subject_type is public', async () => {
    const agent = await browserOfAnna();
    const one = await subjectAt(agent, await newService(idp, { subject_type: 'public' }));
    expect(await subjectAt(agent, await newService(idp, { subject_type: 'public' }))).toBe(one);
  });
});

describe('what is asked, and when', () => {
  it('is not asked again in another browser', async () => {
    const service = await newService(idp);
    await signInAndAllow(newBrowser(), (await service.begin()).url, anna);

    const elsewhere = newBrowser();
    const page = await typeCredentials(elsewhere, await elsewhere.open((await service.begin()).url), anna);
    expect(page.isElsewhere).toBe(true);
  });

  it('is only what is new', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp);
    const first = await service.begin({ scope: 'openid email' });
    await first.finish((await agent.submit(await agent.open(first.url), {})).url);

    const second = await service.begin({ scope: 'openid email phone' });
    const page = await agent.open(second.url);
    expect(wordsOf(page)).toContain('Now it asks for more');
    expect(wordsOf(page)).toContain('+7 900 000 00 01');
    expect(wordsOf(page)).not.toContain(anna.email);

    const tokens = await second.finish((await agent.submit(page, {})).url);
    const userinfo = await fetchUserInfo(
      await service.configuration(),
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    );
    expect(userinfo).toMatchObject({ email: anna.email, phone_number: anna.phone });
  });

  it('is everything again with prompt=consent', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp);
    await subjectAt(agent, service);

    const page = await agent.open((await service.begin({ prompt: 'consent' })).url);
    expect(titleOf(page)).toContain(consentTitle);
    expect(wordsOf(page)).toContain(anna.email);
    expect(wordsOf(page)).toContain('Ковалёва');
  });

  it('is nothing where the service is our own', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp, { first_party: true });
    const request = await service.begin({ scope: 'openid profile email phone address' });
    const callback = await agent.open(request.url);
    expect(callback.isElsewhere).toBe(true);
    await request.finish(callback.url);
  });

  it('cannot be asked with prompt=none: consent_required', async () => {
    const agent = await browserOfAnna();
    const request = await (await newService(idp)).begin({ prompt: 'none' });
    const callback = await agent.open(request.url);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'consent_required' });
  });

  it('says which of it the account does not have', async () => {
    const agent = newBrowser();
    const service = await newService(idp);
    const maria = citizen('maria');
    const { url } = await service.begin({ scope: 'openid phone address snils' });
    const page = await typeCredentials(agent, await agent.open(url), maria);
    expect(wordsOf(page).match(/not in your account, will not be shared/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('shows single claims of the claims parameter with their values', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp);
    const claims = JSON.stringify({ userinfo: { birthdate: null, phone_number: { essential: true } } });
    const page = await agent.open((await service.begin({ scope: 'openid', claims })).url);
    expect(wordsOf(page)).toContain('14 March 1988');
    expect(wordsOf(page)).toContain('+7 900 000 00 01');
    expect(wordsOf(page)).not.toContain(anna.email);
  });

  it.each(['nobody_knows_this', 'sid', 'toString', 'constructor'])(
    'is not thrown off by a claim that it has no words for (%s)',
    async (name) => {
      const agent = await browserOfAnna();
      const service = await newService(idp);
      const claims = JSON.stringify({ userinfo: { [name]: null }, id_token: { [name]: { essential: true } } });
      const request = await service.begin({ claims, prompt: 'consent' });
      const page = await agent.open(request.url);
      expect(page.status).toBe(200);
      expect(wordsOf(page)).not.toContain('native code');
      await request.finish((await agent.submit(page, {})).url);
    },
  );

  it('tells of access that goes on when nobody is there', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp, { grant_types: ['authorization_code', 'refresh_token'] });
    const { url } = await service.begin({ scope: 'openid offline_access', prompt: 'consent' });
    expect(wordsOf(await agent.open(url))).toContain('even when you are not using it');
  });
});

describe('saying no', () => {
  it('returns to the service with access_denied, and is not taken for a yes later', async () => {
    const agent = await browserOfAnna();
    const service = await newService(idp);
    const request = await service.begin();
    const callback = await agent.submit(await agent.open(request.url), { action: 'cancel' });

    const answer = new URL(callback.url).searchParams;
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('iss')).toBe(idp.issuer.origin);
    await expect(request.finish(callback.url)).rejects.toMatchObject({ error: 'access_denied' });

    expect(titleOf(await agent.open((await service.begin()).url))).toContain(consentTitle);
  });
});
