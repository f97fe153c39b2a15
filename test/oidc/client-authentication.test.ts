// A service is who it proves to be: by its secret, which is not stored, or by its key.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import {
  assertionClaims,
  assertionType,
  basicOf,
  keyMetadata,
  newServiceKey,
  signAssertion,
  type ServiceKey,
} from '../support/client-keys.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const machine = { redirect_uris: [], grant_types: ['client_credentials'] };
const grant = { grant_type: 'client_credentials' };

describe('a secret', () => {
  const registered = async (changes: Record<string, unknown> = {}) => {
    const service = await two.newService({ ...machine, ...changes });
    return { service, id: service.metadata.client_id, secret: String(service.metadata['client_secret']) };
  };
  const storedOf = (id: string) =>
    nativeCollection<{ _id: string; metadata: Record<string, unknown> }>(two.connection, 'clients').findOne({
      _id: id,
    });

  it('is not stored, and what is stored is no secret', async () => {
    const { id, secret } = await registered({ token_endpoint_auth_method: 'client_secret_post' });
    const stored = await storedOf(id);
    expect(JSON.stringify(stored)).not.toContain(secret);
    const verifier = String(stored?.metadata['client_secret']);
    expect(verifier).toMatch(/^hmac-sha256:/);
    const answer = await two.post('/token', { ...grant, client_id: id, client_secret: verifier });
    expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
  });

  it('opens the door by the header and by the form', async () => {
    const { service, id, secret } = await registered();
    expect((await two.post('/token', grant, { headers: basicOf(service) })).status).toBe(200);
    expect((await two.post('/token', { ...grant, client_id: id, client_secret: secret })).status).toBe(200);
  });

  it('may hold anything that can be printed', async () => {
    const odd = `%:+&= /?"\\${'x'.repeat(40)}`;
    const { service } = await registered({ client_secret: odd });
    expect((await two.post('/token', grant, { headers: basicOf(service) })).status).toBe(200);
  });

  it('that is wrong is refused as an unknown service is', async () => {
    const { id } = await registered();
    const ask = (client_id: string, client_secret: string) =>
      two.post('/token', { ...grant, client_id, client_secret });
    const wrong = await ask(id, 'wrong');
    const unknown = await ask('no-such-service', 'wrong');
    expect(wrong.status).toBe(401);
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  });

  it('is not needed twice, and two ways at once are refused', async () => {
    const { service, id, secret } = await registered();
    const form = { ...grant, client_id: id, client_secret: secret };
    expect((await two.post('/token', form, { headers: basicOf(service) })).status).toBe(400);
  });

  it('cannot be left out', async () => {
    const { id } = await registered();
    expect((await two.post('/token', { ...grant, client_id: id })).status).toBe(401);
    expect((await two.post('/token', { ...grant, client_id: id, client_secret: '' })).status).toBe(401);
    expect((await two.post('/token', grant)).status).toBe(400);
  });

  it('of a public client does not exist: it says its id and gets no token of its own', async () => {
    const { id } = await registered({ token_endpoint_auth_method: 'none', client_secret: undefined }).catch(
      (error: unknown) => ({ id: String(error) }),
    );
    const answer = await two.post('/token', { ...grant, client_id: id });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('a client assertion', () => {
  let key: ServiceKey;
  let other: ServiceKey;
  beforeAll(async () => {
    key = await newServiceKey();
    other = await newServiceKey();
  });
  const register = async (signer = key) => {
    const { metadata } = await two.newService({ ...machine, ...keyMetadata(signer) });
    return metadata.client_id;
  };
  const present = async (client_assertion: string, path = '/token') => {
    const answer = await two.post(path, { ...grant, client_assertion_type: assertionType, client_assertion });
    return answer.status === 200 ? 'accepted' : `${answer.status} ${String(answer.body['error'])}`;
  };
  const refused = '401 invalid_client';
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['for the issuer', {}],
    ['for the issuer alone, as a list', { aud: 'list' }],
    ['for the token endpoint, as old clients have it', { aud: 'token' }],
    ['for almost five minutes', { exp: 295 }],
    ['without iat', { iat: undefined }],
  ])('%s is accepted', async (_name, { aud, exp, ...rest }: { aud?: string; exp?: number; iat?: undefined }) => {
    const id = await register();
    const audiences: Record<string, string | string[]> = {
      list: [two.issuer.origin],
      token: `${two.issuer.origin}/token`,
    };
    const claims = assertionClaims(id, two.issuer, {
      ...(aud === undefined ? {} : { aud: audiences[aud] ?? aud }),
      ...(exp === undefined ? {} : { exp: now() + exp }),
      ...rest,
    });
    expect(await present(await signAssertion(key, claims))).toBe('accepted');
  });

  it.each(['RS256', 'PS256', 'ES256'])('signed by %s is accepted', async (alg) => {
    const signer = await newServiceKey(alg);
    const id = await register(signer);
    expect(await present(await signAssertion(signer, assertionClaims(id, two.issuer)))).toBe('accepted');
  });

  const wrongClaims: [string, () => Record<string, unknown>][] = [
    ['names a stranger too', () => ({ aud: [two.issuer.origin, 'https://stranger.example.org'] })],
    ['names issuer and token endpoint', () => ({ aud: [two.issuer.origin, `${two.issuer.origin}/token`] })],
    ['names a stranger', () => ({ aud: 'https://stranger.example.org' })],
    ['names the issuer with a slash', () => ({ aud: `${two.issuer.origin}/` })],
    ['names another endpoint of ours', () => ({ aud: `${two.issuer.origin}/token/introspection` })],
    ['names nobody', () => ({ aud: undefined })],
    ['names an empty list', () => ({ aud: [] })],
    ['lives six minutes', () => ({ exp: now() + 360 })],
    ['lives for ever', () => ({ exp: undefined })],
    ['lives until the end of numbers', () => ({ exp: 1e15 })],
    ['has expired', () => ({ iat: now() - 120, exp: now() - 60 })],
    ['is not valid yet', () => ({ nbf: now() + 120 })],
    ['was issued by another', () => ({ iss: 'another' })],
    ['was issued by nobody', () => ({ iss: undefined })],
    ['is about another', () => ({ sub: 'another' })],
    ['is about nobody', () => ({ sub: undefined })],
    ['has no jti', () => ({ jti: undefined })],
    ['has an exp that is a text', () => ({ exp: String(now() + 60) })],
  ];
  it.each(wrongClaims)('that %s is refused', async (_name, changes) => {
    const id = await register();
    const text = JSON.stringify({ ...assertionClaims(id, two.issuer), ...changes() });
    expect(await present(await signAssertion(key, JSON.parse(text)))).toBe(refused);
  });

  it('signed by another key under the right name is refused', async () => {
    const claims = assertionClaims(await register(), two.issuer);
    expect(await present(await signAssertion(other, claims, { kid: key.kid }))).toBe(refused);
    expect(await present(await signAssertion(other, claims))).toBe(refused);
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c'])('that brings its own key in the header (%s) is refused', async (name) => {
    const claims = assertionClaims(await register(), two.issuer);
    const brought = {
      jwk: { jwk: other.publicJwk },
      jku: { jku: `${two.issuer.origin}/jwks` },
      x5u: { x5u: 'https://stranger.example.org/cert' },
      x5c: { x5c: ['MIIB'] },
    }[name];
    expect(await present(await signAssertion(other, claims, brought))).toBe(refused);
    expect(await present(await signAssertion(other, claims, { ...brought, kid: key.kid }))).toBe(refused);
  });

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each(['none', 'None', 'NONE', ''])('of algorithm “%s” is refused', async (alg) => {
    const id = await register();
    const unsigned = `${part({ alg })}.${part(assertionClaims(id, two.issuer))}`;
    expect(await present(`${unsigned}.`)).toMatch(/^40[01] invalid_/);
    expect(await present(`${unsigned}.AA`)).toMatch(/^40[01] invalid_/);
  });

  it('of HS256 with the public key as the secret is refused', async () => {
    const { createHmac, createPublicKey } = await import('node:crypto');
    const publicKey = createPublicKey({ key: JSON.parse(JSON.stringify(key.publicJwk)), format: 'jwk' });
    const id = await register();
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.publicJwk),
    ];
    for (const secret of secrets) {
      const unsigned = `${part({ alg: 'HS256', kid: key.kid })}.${part(assertionClaims(id, two.issuer))}`;
      const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
      expect(await present(`${unsigned}.${signature}`)).toBe(refused);
    }
  });

  it('whose claims were changed after signing is refused', async () => {
    const [own, victim] = [await register(other), await register()];
    const [head = '', , signature = ''] = (await signAssertion(other, assertionClaims(own, two.issuer))).split('.');
    expect(await present(`${head}.${part(assertionClaims(victim, two.issuer))}.${signature}`)).toBe(refused);
  });

  it('that is no JWT, or of another type, is refused', async () => {
    for (const assertion of ['', 'x', 'a.b.c', '..', '{}']) expect(await present(assertion)).toMatch(/^40[01] /);
    const id = await register();
    const client_assertion = await signAssertion(key, assertionClaims(id, two.issuer));
    const form = {
      ...grant,
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    };
    expect((await two.post('/token', form)).status).toBe(400);
  });

  it('is no help to a client that is registered with a secret, nor a secret to one with a key', async () => {
    const withSecret = await two.newService({ ...machine, jwks: { keys: [key.publicJwk] } });
    expect(await present(await signAssertion(key, assertionClaims(withSecret.metadata.client_id, two.issuer)))).toBe(
      refused,
    );
    const form = { ...grant, client_id: await register(), client_secret: 'secret' };
    expect((await two.post('/token', form)).status).toBe(401);
  });

  it('for the token endpoint is not one for another endpoint', async () => {
    const { metadata } = await two.newService({ ...keyMetadata(key) });
    const form = {
      client_id: metadata.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: metadata.redirect_uris[0] ?? '',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      client_assertion_type: assertionType,
    };
    const push = async (aud: string) =>
      two.post('/request', {
        ...form,
        client_assertion: await signAssertion(key, assertionClaims(metadata.client_id, two.issuer, { aud })),
      });
    expect((await push(two.issuer.origin)).status).toBe(201);
    expect((await push(`${two.issuer.origin}/request`)).status).toBe(401);
  });
});

describe('keys at an address of the service', () => {
  let server: Server;
  let asked = 0;
  let keys: unknown[] = [];
  let address = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/away') return void response.writeHead(302, { Location: '/keys' }).end();
      response.setHeader('Content-Type', 'application/jwk-set+json');
      return void response.end(
        request.url === '/huge' ? `{"keys":[${' '.repeat(100_000)}]}` : JSON.stringify({ keys }),
      );
    }).listen(0);
    await once(server, 'listening');
    const bound = server.address();
    address = typeof bound === 'object' && bound !== null ? `:${bound.port}` : '';
  });
  afterAll(() => void server.close());

  const authenticate = async (jwks_uri: string, at?: string): Promise<number> => {
    const key = await newServiceKey();
    keys = [key.publicJwk];
    const { metadata } = await two.newService({ ...machine, ...keyMetadata(key), jwks: undefined, jwks_uri });
    const client_assertion = await signAssertion(key, assertionClaims(metadata.client_id, two.issuer));
    const form = { ...grant, client_assertion_type: assertionType, client_assertion };
    return (await two.post('/token', form, at === undefined ? {} : { at })).status;
  };

  it.each(['http://localhost', 'http://127.0.0.1'])('are read from %s outside production', async (host) => {
    expect(await authenticate(`${host}${address}/keys`)).toBe(200);
  });

  it.each(['/away', '/huge', '/keys#x'])('are not read from %s, and nothing breaks', async (path) => {
    const status = await authenticate(`http://localhost${address}${path}`).catch(() => 400);
    expect(status === 200 && path !== '/keys#x').toBe(false);
    expect(status).toBeLessThan(500);
  });

  it.each([
    'http://localhost',
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0.0.0.0',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
  ])('are not read from %s in production', async (host) => {
    const production = await two.startAnother({ isProduction: true });
    asked = 0;
    const status = await authenticate(`${host}${address}/keys`, production).catch(() => 401);
    expect(status).toBe(401);
    expect(asked).toBe(0);
  });
});
