// The level of a second factor: asked for whenever a service needs it, once a session; a service gets it or a truthful refusal.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { basicOf } from '../support/client-keys.ts';
import { typePassword } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { openAccount } from '../support/account.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { typeCredentials } from '../support/people.ts';
import { appCode, newPersonWithApp, secondFactorAcr, type PersonWithApp } from '../support/second-factor.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const passwordAcr = 'urn:civic-id:acr:password';
const pinAcr = 'urn:civic-id:acr:pin';
const asked = { acr_values: secondFactorAcr };

/** Signed in by a remembered browser: by the password alone. */
const signInRemembered = async (given?: PersonWithApp) => {
  const person = given ?? (await newPersonWithApp(idp)).person;
  const first = await typePassword(idp, person);
  const code = appCode(person.secret, { seconds: -30 });
  await first.agent.submit(first.page, { code, remember_browser: 'yes' });
  const request = await first.service.begin({ prompt: 'login' });
  const page = await first.agent.submit(await first.agent.open(request.url), {
    identifier: person.email,
    password: person.password,
  });
  return { ...first, person, acr: (await request.finish(page.url)).claims()?.['acr'] };
};
type Visit = Awaited<ReturnType<typeof signInRemembered>>;

const ask = async ({ agent, service }: Pick<Visit, 'agent' | 'service'>, parameters: Record<string, string>) => {
  const request = await service.begin(parameters);
  return { request, page: await agent.open(request.url) };
};
const errorOf = (url: string) => new URL(url).searchParams.get('error');

describe('the level of a second factor', () => {
  it('is asked of a remembered browser too, raises the session, and stays with it for every service', async () => {
    const visit = await signInRemembered();
    expect(visit.acr).toBe(passwordAcr);
    const before = visit.agent.cookieFor('/auth');
    const { request, page } = await ask(visit, asked);
    expect(titleOf(page)).toContain('Enter the code from your app');
    const callback = await visit.agent.submit(page, { code: appCode(visit.person.secret) });
    const tokens = await request.finish(callback.url);
    expect([tokens.claims()?.['acr'], tokens.claims()?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'otp', 'mfa']]);
    expect(visit.agent.cookieFor('/auth')).not.toBe(before);

    const elsewhere = { agent: visit.agent, service: await newService(idp, { first_party: true }) };
    for (const parameters of [asked, {}, { ...asked, prompt: 'none' }]) {
      const again = await ask(elsewhere, parameters);
      expect((await again.request.finish(again.page.url)).claims()?.['acr']).toBe(secondFactorAcr);
    }
  });

  it('is told to APIs by introspection too', async () => {
    const { person } = await newPersonWithApp(idp);
    const visit = await typePassword(idp, person, { parameters: asked });
    const callback = await visit.agent.submit(visit.page, { code: appCode(person.secret) });
    const tokens = await visit.request.finish(callback.url);
    const body = new URLSearchParams({ token: tokens.access_token }).toString();
    const told = await visit.agent.post('/token/introspection', body, basicOf(visit.service));
    expect([told.body.acr, told.body.amr]).toEqual([secondFactorAcr, ['pwd', 'otp', 'mfa']]);
  });

  it('is not given without the person: prompt=none is told so, signed in or not', async () => {
    const visit = await signInRemembered();
    expect(errorOf((await ask(visit, { ...asked, prompt: 'none' })).page.url)).toBe('interaction_required');
    const nobody = await typePassword(idp, await newReadyPerson(idp), { parameters: {} });
    await nobody.agent.open('/');
    const stranger = await typePassword(idp, { ...(await newReadyPerson(idp)), password: 'wrong' });
    const none = await ask(stranger, { ...asked, prompt: 'none' });
    expect(errorOf(none.page.url)).toBe('login_required');
  });

  it('is refused where the person has none and would rather not, and waits where they set one up', async () => {
    const person = await newReadyPerson(idp);
    const visit = await typePassword(idp, person, { parameters: asked });
    expect(titleOf(visit.page)).toContain('The service needs a second step');
    const refused = await visit.agent.submit(visit.page, { action: 'cancel' });
    expect(errorOf(refused.url)).toBe('unmet_authentication_requirements');

    const { request, page } = await ask(visit, asked);
    const { agent } = visit;
    const start = await agent.open('/account/factors/app');
    const secretPage = await agent.submit(start, { action: 'begin' });
    const secret = /<code translate="no">([A-Z2-7 ]+)<\/code>/.exec(secretPage.html)?.[1]?.replaceAll(' ', '') ?? '';
    const made = await agent.submit(secretPage, { code: appCode(secret, { seconds: -30 }) });
    expect(wordsOf(made)).toContain('Save your recovery codes');
    const back = await agent.open(page.url);
    expect(titleOf(back)).toContain('Enter the code from your app');
    const callback = await agent.submit(back, { code: appCode(secret) });
    expect((await request.finish(callback.url)).claims()?.['acr']).toBe(secondFactorAcr);
  });

  it('gives way to the password where the service takes that too and there is none', async () => {
    const visit = await typePassword(idp, await newReadyPerson(idp), {
      parameters: { acr_values: `${secondFactorAcr} ${passwordAcr}` },
    });
    expect((await visit.request.finish(visit.page.url)).claims()?.['acr']).toBe(passwordAcr);
  });

  it('is for the session in which it was given: not after signing out, nor of somebody else in the same browser', async () => {
    const visit = await signInRemembered();
    const { page } = await ask(visit, asked);
    const other = await newReadyPerson(idp);
    const { services } = idp.app;
    await services.inTransaction((tx) => services.accounts.markAllSessionsEnded(tx, visit.person.id));
    const after = await visit.agent.submit(page, { code: appCode(visit.person.secret) });
    expect(titleOf(after)).toContain('Sign in');
    const signedIn = await typeCredentials(visit.agent, after, other);
    expect(titleOf(signedIn)).toContain('The service needs a second step');
  });

  it('does not make the PIN stick, nor the PIN the factor', async () => {
    const { person } = await newPersonWithApp(idp);
    await idp.app.rules.pin.add(person.id, '7305');
    const visit = await typePassword(idp, person);
    await visit.agent.submit(visit.page, { code: appCode(person.secret) });
    const pin = await ask(visit, { acr_values: pinAcr });
    const callback = await visit.agent.submit(pin.page, { pin: '7305' });
    const claims = (await pin.request.finish(callback.url)).claims();
    expect([claims?.['acr'], claims?.['amr']]).toEqual([pinAcr, ['pwd', 'otp', 'mfa', 'pin']]);
    const plain = await ask(visit, {});
    expect((await plain.request.finish(plain.page.url)).claims()?.['acr']).toBe(secondFactorAcr);
  });

  it('is proved again before something important changes, by the code after the password', async () => {
    const { agent, person } = await signInRemembered();
    const opened = await openAccount(idp, person, { path: '/account/factors/recovery-codes', agent });
    expect(titleOf(opened.page)).toContain('Confirm that it is you');
    const code = await agent.submit(opened.page, { password: person.password });
    expect(titleOf(code)).toContain('Enter the code from your app');
    expect(titleOf(await agent.open('/account/factors/recovery-codes'))).toContain('Confirm that it is you');
    const codes = await agent.submit(code, { code: appCode(person.secret) });
    expect(titleOf(codes)).toContain('Recovery codes');
  });
});
