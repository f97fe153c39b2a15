// S07, S11: the PIN counts for the request it was given for. No session, no refresh token and no other service ever has it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { ageRecords, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { beginCodeFlow } from '../support/code-flow.ts';
import { typeCredentials } from '../support/people.ts';
import {
  answerAt,
  askForPin,
  failuresOf,
  hasPinField,
  newOwnService,
  newPersonWithPin,
  openPinPage,
  passwordAcr,
  pinAcr,
  rightPin,
  signInWithPin,
  type SignedInPerson,
} from '../support/step-up.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const withPin = { acr: pinAcr, amr: ['pwd', 'pin'] };
const without = { acr: passwordAcr, amr: ['pwd'] };

const confirm = async (visit: SignedInPerson, parameters: Record<string, string> = {}) => {
  const { page, request } = await askForPin(visit, parameters);
  return request.finish((await visit.agent.submit(page, { pin: rightPin })).url);
};
const askPlainly = async ({ agent, service }: SignedInPerson) => {
  const request = await service.begin();
  return request.finish((await agent.open(request.url)).url);
};
const introspect = async (service: RelyingParty, token: string) =>
  client.tokenIntrospection(await service.configuration(), token);

describe('after a confirmation', () => {
  it('another service right after gets a plain sign-in, and has to ask for the PIN itself', async () => {
    const visit = await signInWithPin(idp);
    expect((await confirm(visit)).claims()).toMatchObject(withPin);
    const other = { ...visit, service: await newOwnService(idp) };
    expect((await askPlainly(other)).claims()).toMatchObject(without);
    expect(hasPinField((await askForPin(other)).page)).toBe(true);
  });

  it('the same service a minute later gets a plain sign-in, and has to ask again', async () => {
    const visit = await signInWithPin(idp);
    await confirm(visit);
    await ageRecords(idp.connection, 1);
    expect((await askPlainly(visit)).claims()).toMatchObject(without);
    expect(hasPinField((await askForPin(visit)).page)).toBe(true);
  });

  it('a refreshed token of before says the sign-in, as does a look into it', async () => {
    const visit = await signInWithPin(idp);
    const before = await askPlainly(visit);
    await confirm(visit);
    const configuration = await visit.service.configuration();
    const renewed = await client.refreshTokenGrant(configuration, String(before.refresh_token));
    expect(renewed.claims()).toMatchObject(without);
    for (const token of [before, renewed].map(({ access_token: accessToken }) => accessToken))
      expect(await introspect(visit.service, token)).toMatchObject({ active: true, ...without });
  });

  it('there is no refresh token, not even where the person is to be represented offline', async () => {
    const visit = await signInWithPin(idp);
    for (const parameters of [{}, { scope: 'openid offline_access', prompt: 'consent' }]) {
      const { page, request } = await askForPin(visit, parameters);
      const asked = hasPinField(page) ? page : await visit.agent.submit(page, {});
      const tokens = await request.finish((await visit.agent.submit(asked, { pin: rightPin })).url);
      expect(tokens.claims()).toMatchObject(withPin);
      expect(tokens.refresh_token).toBeUndefined();
    }
  });

  it('the session in the store is the one of the sign-in', async () => {
    const visit = await signInWithPin(idp);
    await confirm(visit);
    const sessions = await nativeCollection(idp.connection, 'oidc_session')
      .find({ 'payload.accountId': visit.person.id })
      .toArray();
    expect(sessions.map(({ payload }) => ({ acr: payload.acr, amr: payload.amr }))).toEqual([without]);
    expect(JSON.stringify(sessions)).not.toContain(pinAcr);
  });
});

describe('the ID token of a confirmation', () => {
  it('says pin beside the sign-in’s own methods, when that sign-in was, and never mfa', async () => {
    const visit = await signInWithPin(idp);
    const signedInAt = Number((await askPlainly(visit)).claims()?.['auth_time']);
    await ageRecords(idp.connection, 10);
    const claims = (await confirm(visit)).claims();
    expect(claims).toMatchObject({ ...withPin, auth_time: signedInAt - 600 });
    expect((await askPlainly(visit)).claims()).toMatchObject({ auth_time: signedInAt - 600 });
  });

  it('keeps the second factor of the sign-in and adds the PIN as what it is', async () => {
    const careful = await startCivicId({ newDeviceCodes: true });
    try {
      const service = await newOwnService(careful);
      const agent = createBrowserAgent(careful.issuer);
      const [anna] = (await agent.get('/sandbox/citizens', { Accept: 'application/json' })).body;
      const request = await service.begin({ acr_values: pinAcr });
      const codePage = await agent.submit(await agent.open(request.url), {
        identifier: anna.phone,
        password: anna.password,
      });
      const [{ code }] = (await agent.get('/sandbox/outbox', { Accept: 'application/json' })).body;
      const pinPage = await agent.submit(codePage, { code });
      expect(hasPinField(pinPage)).toBe(true);
      const claims = (await request.finish((await agent.submit(pinPage, { pin: anna.pin })).url)).claims();
      expect(claims).toMatchObject({ acr: pinAcr, amr: ['pwd', 'sms', 'pin'] });
    } finally {
      await careful.stop();
    }
  });

  it('is dated by the sign-in where both happened in one go', async () => {
    const person = await newPersonWithPin(idp);
    const visit = { person, agent: createBrowserAgent(idp.issuer), service: await newOwnService(idp) };
    const { page, request } = await askForPin(visit);
    const asked = await typeCredentials(visit.agent, page, person);
    const claims = (await request.finish((await visit.agent.submit(asked, { pin: rightPin })).url)).claims();
    expect((await askPlainly(visit)).claims()).toMatchObject({ auth_time: claims?.['auth_time'] });
  });
});

describe('the access token of a confirmation', () => {
  const indicator = 'https://payments.example.org/';
  const resources = [{ indicator, scopes: ['pay'], access_token_format: 'jwt' }];

  it('lives five minutes at most and says level, methods and sign-in to whoever may look into it', async () => {
    const visit = await signInWithPin(idp);
    const tokens = await confirm(visit);
    expect(tokens.expires_in).toBeLessThanOrEqual(300);
    const seen = await introspect(visit.service, tokens.access_token);
    expect(seen).toMatchObject({ active: true, ...withPin, auth_time: tokens.claims()?.['auth_time'] });
    expect(Number(seen['exp']) - Number(seen['iat'])).toBeLessThanOrEqual(300);

    await ageRecords(idp.connection, 5.5);
    expect(await introspect(visit.service, tokens.access_token)).toEqual({ active: false });
  });

  it('is opaque also where the resource takes a JWT, which it still gets for a plain sign-in', async () => {
    const visit = await signInWithPin(idp, { service: await newOwnService(idp, { resources }) });
    const ask = async (more: Record<string, string>) => {
      const asked = { resource: [indicator], scope: 'openid pay', ...more };
      const flow = await beginCodeFlow(visit.service, asked);
      const page = await visit.agent.open(flow.url);
      const callback = hasPinField(page) ? await visit.agent.submit(page, { pin: rightPin }) : page;
      return flow.redeem(callback.url, { resource: indicator });
    };
    const plain = await ask({});
    expect(plain.access_token.split('.')).toHaveLength(3);

    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: pinAcr } } });
    const paid = await ask({ claims });
    expect(paid.access_token).not.toContain('.');
    expect(paid.expires_in).toBeLessThanOrEqual(300);
    expect(await introspect(visit.service, paid.access_token)).toMatchObject({
      ...withPin,
      aud: indicator,
      scope: 'pay',
    });
  });

  it('is dead as soon as the person signs out', async () => {
    const visit = await signInWithPin(idp);
    const tokens = await confirm(visit);
    await visit.agent.submit(await visit.agent.open('/session/end'), { logout: 'yes' });
    expect(await introspect(visit.service, tokens.access_token)).toEqual({ active: false });
  });
});

describe('what a person does to the request in the address bar', () => {
  it('without acr_values gives an answer that does not say pin', async () => {
    const { agent, service } = await openPinPage(idp);
    const request = await service.begin({ acr_values: pinAcr });
    const stripped = new URL(request.url);
    stripped.searchParams.delete('acr_values');
    const callback = await agent.open(stripped.href);
    expect(answerAt(callback)).toBe('code');
    expect((await request.finish(callback.url)).claims()).toMatchObject(without);
  });
});
