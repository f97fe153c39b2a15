// Keys change without anybody noticing: published before they sign, kept until what they signed is gone.
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { makeTestSecrets } from '../support/civic-id.ts';
import { basicOf } from '../support/client-keys.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

type Key = ReturnType<typeof makeTestSecrets>['jwks']['keys'][number];

const newKey = (alg: 'ES256' | 'RS256'): Key => {
  const { privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk: Record<string, unknown> = { ...privateKey.export({ format: 'jwk' }) };
  return { ...jwk, kty: String(jwk['kty']), d: String(jwk['d']), kid: `new-${alg}-${randomUUID()}`, alg, use: 'sig' };
};

const secrets = makeTestSecrets();
const old = secrets.jwks.keys;
const fresh = [newKey('ES256'), newKey('RS256')];
const withKeys = (keys: Key[]) => ({ secrets: { ...secrets, jwks: { keys } } });

let two: Two;
/** Where the instance of each step of a rotation listens; all of them serve one provider. */
let step: Record<'before' | 'published' | 'signing' | 'after', string>;
beforeAll(async () => {
  two = await startTwo({ secrets });
  step = {
    before: two.origins[0],
    published: await two.startAnother(withKeys([...old, ...fresh])),
    signing: await two.startAnother(withKeys([...fresh, ...old])),
    after: await two.startAnother(withKeys(fresh)),
  };
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const keyIds = async (origin: string): Promise<string[]> => {
  const { body } = await two.get('/jwks', { at: origin });
  return JSON.parse(JSON.stringify(body)).keys.map(({ kid }: { kid: string }) => kid);
};
const idsOf = (keys: readonly { kid: string }[]) => keys.map(({ kid }) => kid);

const verifier = 'v'.repeat(43);
const requestOf = ({ metadata }: RelyingParty, more: Record<string, string> = {}) =>
  `/auth?${new URLSearchParams({
    client_id: metadata.client_id,
    redirect_uri: metadata.redirect_uris[0] ?? '',
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }).toString()}`;

/** A sign-in with everything on one instance. */
const signInOn = async (origin: string, service: RelyingParty) => {
  const agent = two.newBrowser({ origin });
  const callback = await typeCredentials(agent, await agent.open(requestOf(service)), citizen('anna'));
  const form = {
    grant_type: 'authorization_code',
    code: new URL(callback.url).searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: service.metadata.redirect_uris[0] ?? '',
  };
  const { body } = await two.post('/token', form, { headers: basicOf(service), at: origin });
  return { idToken: String(body['id_token']), refreshToken: String(body['refresh_token']) };
};

const isVerifiedBy = async (origin: string, token: string, service: RelyingParty): Promise<boolean> => {
  const { body } = await two.get('/jwks', { at: origin });
  const keys = createLocalJWKSet(JSON.parse(JSON.stringify(body)));
  const checked = { issuer: two.issuer.origin, audience: service.metadata.client_id };
  return jwtVerify(token, keys, checked).then(
    () => true,
    () => false,
  );
};

it('a key that was added last is published and does not sign yet', async () => {
  expect(await keyIds(step.before)).toEqual(idsOf(old));
  expect((await keyIds(step.published)).sort()).toEqual([...idsOf(old), ...idsOf(fresh)].sort());
  const { body } = await two.get('/jwks', { at: step.published });
  expect(JSON.stringify(body)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
});

describe.each(['ES256', 'RS256'] as const)('tokens signed with %s', (alg) => {
  const newService = () =>
    two.newService({
      id_token_signed_response_alg: alg,
      first_party: true,
      grant_types: ['authorization_code', 'refresh_token'],
    });
  const signer = (token: string) => decodeProtectedHeader(token).kid;
  const idOf = (keys: readonly Key[]) => keys.find((key) => key['alg'] === alg)?.kid;

  it('are signed by the old key while the new one is only published, then by the new one', async () => {
    const service = await newService();
    expect(signer((await signInOn(step.before, service)).idToken)).toBe(idOf(old));
    expect(signer((await signInOn(step.published, service)).idToken)).toBe(idOf(old));
    expect(signer((await signInOn(step.signing, service)).idToken)).toBe(idOf(fresh));
    expect(signer((await signInOn(step.after, service)).idToken)).toBe(idOf(fresh));
  });

  it('verify with what every neighbouring step publishes', async () => {
    const service = await newService();
    const byOld = (await signInOn(step.published, service)).idToken;
    const byNew = (await signInOn(step.signing, service)).idToken;
    for (const origin of [step.before, step.published, step.signing])
      expect(await isVerifiedBy(origin, byOld, service)).toBe(true);
    for (const origin of [step.published, step.signing, step.after])
      expect(await isVerifiedBy(origin, byNew, service)).toBe(true);
    expect(await isVerifiedBy(step.after, byOld, service)).toBe(false);
  });

  it('are hints on every instance that publishes their key, and refused aloud afterwards', async () => {
    const service = await newService();
    const { idToken } = await signInOn(step.before, service);
    const hintAt = async (origin: string, hint: string) => {
      const page = await two.newBrowser({ origin }).open(requestOf(service, { id_token_hint: hint, prompt: 'none' }));
      return new URL(page.url).searchParams.get('error');
    };
    for (const origin of [step.before, step.published, step.signing])
      expect(await hintAt(origin, idToken)).toBe('login_required');
    expect(await hintAt(step.after, idToken)).toBe('invalid_request');

    const renewed = (await signInOn(step.signing, service)).idToken;
    for (const origin of [step.published, step.signing, step.after])
      expect(await hintAt(origin, renewed)).toBe('login_required');
  });

  it('are followed, on refreshing, by tokens of whichever key signs there', async () => {
    const service = await newService();
    let { refreshToken } = await signInOn(step.before, service);
    const signers: unknown[] = [];
    for (const origin of [step.published, step.signing, step.published, step.after]) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const { body } = await two.post('/token', form, { headers: basicOf(service), at: origin });
      signers.push(signer(String(body['id_token'])));
      refreshToken = String(body['refresh_token']);
    }
    expect(signers).toEqual([idOf(old), idOf(fresh), idOf(old), idOf(fresh)]);
  });
});
