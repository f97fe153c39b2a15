// A service is who it proves to be: by its secret, which is not stored, or by its key.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { basicOf } from '../support/client-keys.ts';
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

  it('is what a machine must have: a public one cannot be registered (RFC 6749 §4.4)', async () => {
    const open = { ...machine, token_endpoint_auth_method: 'none', client_secret: undefined };
    await expect(two.newService(open)).rejects.toThrow(/grant_types|token_endpoint_auth_method/);
  });
});
