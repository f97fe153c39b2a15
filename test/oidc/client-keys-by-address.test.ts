// Keys are read where the service has them, but never from an address inside our own network.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { assertionClaims, assertionType, keyMetadata, newServiceKey, signAssertion } from '../support/client-keys.ts';
import { keepEngineGuardWorking } from '../support/engine-guard.ts';
import { startTwo, type Two } from '../support/start-two.ts';

let two: Two;
beforeAll(async () => {
  keepEngineGuardWorking();
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const machine = { redirect_uris: [], grant_types: ['client_credentials'] };
const grant = { grant_type: 'client_credentials' };

describe('keys at an address of the service', () => {
  let server: Server;
  let asked = 0;
  let keys: unknown[] = [];
  let address = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/slow') return;
      const set = JSON.stringify({ keys });
      response.setHeader('Content-Type', 'application/jwk-set+json');
      response.end({ '/huge': `${' '.repeat(100_000)}${set}`, '/nonsense': '<html>' }[request.url ?? ''] ?? set);
    }).listen(0);
    await once(server, 'listening');
    const bound = server.address();
    address = typeof bound === 'object' && bound !== null ? `:${bound.port}` : '';
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

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

  it.each(['/huge', '/nonsense', '/slow'])('are not read from %s, and nothing breaks', async (path) => {
    const begunAt = Date.now();
    expect(await authenticate(`http://localhost${address}${path}`)).toBe(401);
    expect(Date.now() - begunAt).toBeLessThan(5000);
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
