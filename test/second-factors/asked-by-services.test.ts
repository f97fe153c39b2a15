// A service that insists on a second factor has it in the token, or one truthful refusal; whoever turns back is taken back to the service.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildAuthorizationUrlWithPAR, calculatePKCECodeChallenge, randomPKCECodeVerifier } from 'openid-client';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { typePassword } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { typeCredentials } from '../support/people.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { appCode as appCodeAt, newPersonWithApp, secondFactorAcr } from '../support/second-factor.ts';
import { answerAt, failuresOf } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

let movedBy = 0;
/** By the clock of the product. */
const nowSeconds = (): number => Date.now() / 1000 + movedBy * 60;
const appCode = (secret: string, seconds = 0): string =>
  appCodeAt(secret, { at: new Date(nowSeconds() * 1000), seconds });
const age = async (minutes: number): Promise<void> => {
  movedBy += minutes;
  await idp.age(minutes);
};
const passwordAcr = 'urn:civic-id:acr:password';
const pinAcr = 'urn:civic-id:acr:pin';
const claimed = (acr: object) => ({ claims: JSON.stringify({ id_token: { acr } }) });
const insisting = claimed({ essential: true, value: secondFactorAcr });
const askedForms: [string, Record<string, string>][] = [
  ['acr_values', { acr_values: secondFactorAcr }],
  ['acr_values, a foreign one before it', { acr_values: `https://refeds.org/profile/mfa ${secondFactorAcr}` }],
  ['an essential value', insisting],
  ['essential values', claimed({ essential: true, values: ['phr', secondFactorAcr, pinAcr] })],
  ['a voluntary value', claimed({ value: secondFactorAcr })],
  ['both', { ...insisting, acr_values: `${passwordAcr} ${secondFactorAcr}` }],
];

/** Signed in by the password alone, somewhere else: the browser is remembered. */
const signInByPassword = async (person: Citizen & { secret: string }): Promise<{ agent: BrowserAgent; at: number }> => {
  const { agent, page, service } = await typePassword(idp, person);
  const code = appCode(person.secret, -30);
  expect((await agent.submit(page, { code, remember_browser: 'yes' })).isElsewhere).toBe(true);
  const request = await service.begin({ prompt: 'login' });
  const callback = await typeCredentials(agent, await agent.open(request.url), person);
  const claims = (await request.finish(callback.url)).claims();
  expect(claims?.['acr']).toBe(passwordAcr);
  return { agent, at: Number(claims?.['auth_time']) };
};
const ask = async (agent: BrowserAgent, parameters: Record<string, string>) => {
  const service = await newService(idp, { first_party: true });
  const request = await service.begin(parameters);
  return { service, request, page: await agent.open(request.url) };
};

describe.each(askedForms)('asked for by %s', (_name, parameters) => {
  it('it is asked of whoever signs in, and stands in the token', async () => {
    const { person } = await newPersonWithApp(idp);
    const visit = await typePassword(idp, person, { parameters });
    expect(titleOf(visit.page)).toContain('Enter the code from your app');
    const callback = await visit.agent.submit(visit.page, { code: appCode(person.secret) });
    const claims = (await visit.request.finish(callback.url)).claims();
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'otp', 'mfa']]);
    expect(Math.abs(Number(claims?.['auth_time']) - nowSeconds())).toBeLessThan(30);
  });

  it('it raises a session, whose sign-in is dated as before; prompt=none gets it then and not before', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent, at } = await signInByPassword(person);
    await age(5);
    const silent = { ...parameters, prompt: 'none' };
    expect(answerAt((await ask(agent, silent)).page)).toBe('interaction_required');

    const { request, page } = await ask(agent, parameters);
    const callback = await agent.submit(page, { code: appCode(person.secret) });
    const claims = (await request.finish(callback.url)).claims();
    expect(claims).toMatchObject({ acr: secondFactorAcr, amr: ['pwd', 'otp', 'mfa'], auth_time: at - 300 });

    const again = await ask(agent, silent);
    expect((await again.request.finish(again.page.url)).claims()?.['acr']).toBe(secondFactorAcr);
  });

  it('whoever has none and sets none up is refused truthfully', async () => {
    const visit = await typePassword(idp, await newReadyPerson(idp), { parameters });
    expect(titleOf(visit.page)).toContain('The service needs a second step');
    expect(answerAt(await visit.agent.submit(visit.page, { action: 'cancel' }))).toBe(
      'unmet_authentication_requirements',
    );
  });
});

describe('whoever turns back', () => {
  it('at sign-in comes to the service with access_denied, signed in nowhere, and the code is still good', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent, page, request, service } = await typePassword(idp, person);
    const back = await agent.submit(page, { action: 'cancel' });
    expect(answerAt(back)).toBe('access_denied');
    expect(new URL(back.url).searchParams.get('state')).toBe(new URL(request.url).searchParams.get('state'));
    expect(answerAt(await agent.open((await service.begin({ prompt: 'none' })).url))).toBe('login_required');
    expect(titleOf(await agent.open('/account'))).toContain('Sign in');

    const again = await typePassword(idp, person);
    expect(answerAt(await again.agent.submit(again.page, { code: appCode(person.secret) }))).toBe('code');
  });

  it('by any of the other ways does too, also with a right code in the form', async () => {
    const { person, codes } = await newPersonWithApp(idp);
    const { agent, page } = await typePassword(idp, person);
    const recovery = await agent.open(new URL(page.url, idp.issuer).pathname.replace('totp', 'recovery'));
    const back = await agent.submit(recovery, { action: 'cancel', recovery_code: codes[0] ?? '' });
    expect(answerAt(back)).toBe('access_denied');
    expect((await idp.app.services.secondFactors.of(person.id)).recoveryCodesLeft).toBe(10);
  });

  it('where a session is raised keeps the session as it was', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent } = await signInByPassword(person);
    const { page } = await ask(agent, insisting);
    expect(answerAt(await agent.submit(page, { action: 'cancel' }))).toBe('access_denied');
    const plain = await ask(agent, { prompt: 'none' });
    expect((await plain.request.finish(plain.page.url)).claims()?.['acr']).toBe(passwordAcr);
    expect(titleOf(await agent.open('/account'))).toContain('Hello');
  });

  it('and presses “back” after that meets no second answer', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent, page } = await typePassword(idp, person);
    await agent.submit(page, { action: 'cancel' });
    const late = await agent.submit(page, { code: appCode(person.secret) });
    expect(late.isElsewhere).toBe(false);
    expect(late.status).toBeLessThan(500);
    expect(titleOf(await agent.open('/account'))).toContain('Sign in');
  });
});

describe('a service that pushes its request and insists', () => {
  it('is answered alike: asked, refused truthfully, and told by prompt=none', async () => {
    const { person } = await newPersonWithApp(idp);
    const service = await newService(idp, { first_party: true });
    const open = async (agent: BrowserAgent, more: Record<string, string> = {}) => {
      const url = await buildAuthorizationUrlWithPAR(await service.configuration(), {
        redirect_uri: service.metadata.redirect_uris[0] ?? '',
        scope: 'openid',
        code_challenge: await calculatePKCECodeChallenge(randomPKCECodeVerifier()),
        code_challenge_method: 'S256',
        ...insisting,
        ...more,
      });
      return agent.open(url.href);
    };
    const agent = createBrowserAgent(idp.issuer);
    expect(answerAt(await open(agent, { prompt: 'none' }))).toBe('login_required');
    const page = await typeCredentials(agent, await open(agent), person);
    expect(answerAt(await agent.submit(page, { code: appCode(person.secret) }))).toBe('code');
    expect(answerAt(await open(agent, { prompt: 'none' }))).toBe('code');

    const { agent: without } = await openAccount(idp, await newReadyPerson(idp));
    expect(answerAt(await open(without, { prompt: 'none' }))).toBe('interaction_required');
    expect(titleOf(await open(without))).toContain('The service needs a second step');
  });

  it('and contradicts itself is told so before anybody is asked', async () => {
    const { page } = await ask(createBrowserAgent(idp.issuer), { ...insisting, acr_values: passwordAcr });
    expect(answerAt(page)).toBe('invalid_request');
  });
});

it('a level that was given is not kept by a token for a session that has ended, nor by the next sign-in', async () => {
  const { person } = await newPersonWithApp(idp);
  const { agent } = await signInByPassword(person);
  const { request, page } = await ask(agent, insisting);
  await request.finish((await agent.submit(page, { code: appCode(person.secret) })).url);
  await agent.submit(await agent.open('/session/end'), { logout: 'yes' });
  const next = await ask(agent, {});
  const callback = await typeCredentials(agent, next.page, person); // remembered: the password is enough
  expect((await next.request.finish(callback.url)).claims()?.['acr']).toBe(passwordAcr);
  expect(answerAt((await ask(agent, { ...insisting, prompt: 'none' })).page)).toBe('interaction_required');
});
