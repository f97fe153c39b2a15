import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

/** The parts of a JWT, its signature checked with the provider's published keys. */
const readJwt = async (token: string) => {
  const [head = '', body = '', signature = ''] = token.split('.');
  const part = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
  const header = part(head);
  const { keys } = JSON.parse(await (await fetch(new URL('/jwks', idp.issuer))).text());
  const jwk = keys.find((key: { kid: string }) => JSON.stringify(header).includes(`"${key.kid}"`));
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  return { header, payload: part(body), isSigned };
};

describe('a machine with an API', () => {
  const api = 'https://api.machines.example.org/';
  const newMachine = async (format: 'jwt' | 'opaque', indicator: string) =>
    newService(idp, {
      redirect_uris: [],
      resources: [{ indicator, scopes: ['read', 'write'], access_token_format: format }],
    });

  it('gets a JWT that anybody can check', async () => {
    const machine = await newMachine('jwt', `${api}jwt`);
    const tokens = await client.clientCredentialsGrant(await machine.configuration(), {
      resource: `${api}jwt`,
      scope: 'read',
    });
    const { header, payload, isSigned } = await readJwt(tokens.access_token);
    expect(isSigned).toBe(true);
    expect(header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toMatchObject({
      iss: idp.issuer.origin,
      aud: `${api}jwt`,
      scope: 'read',
      client_id: machine.metadata.client_id,
    });
  });

  it('gets an opaque token that its API can look into, and nobody else', async () => {
    const machine = await newMachine('opaque', `${api}opaque`);
    const asked = { resource: `${api}opaque`, scope: 'read write' };
    const { access_token: token } = await client.clientCredentialsGrant(await machine.configuration(), asked);
    expect(token).not.toContain('.');
    expect(await client.tokenIntrospection(await machine.configuration(), token)).toMatchObject({
      active: true,
      aud: `${api}opaque`,
      scope: 'read write',
    });
    const stranger = await (await newService(idp)).configuration();
    expect(await client.tokenIntrospection(stranger, token)).toEqual({ active: false });
  });

  it('gets nothing for an API that is not its own, nor a scope that the API does not have', async () => {
    const machine = await newMachine('jwt', `${api}mine`);
    const ask = async (parameters: Record<string, string>) =>
      client.clientCredentialsGrant(await machine.configuration(), parameters);
    await expect(ask({ resource: `${api}jwt` })).rejects.toMatchObject({ error: 'invalid_target' });
    await expect(ask({ resource: `${api}mine`, scope: 'admin' })).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  it('may use an API of others that its registration names', async () => {
    const owner = await newMachine('opaque', `${api}shared`);
    const guest = await newService(idp, { redirect_uris: [], resource_indicators: [`${api}shared`] });
    const { access_token: token } = await client.clientCredentialsGrant(await guest.configuration(), {
      resource: `${api}shared`,
      scope: 'read',
    });
    expect(await client.tokenIntrospection(await owner.configuration(), token)).toMatchObject({ active: true });
  });
});
