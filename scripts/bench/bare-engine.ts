// The engine alone, in memory, with its own sign-in page: what Civic ID is measured against. Run by bench.ts as a process of its own.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import { api, machine, service } from './clients.ts';

const port = Number(process.argv[2]);

/** Nothing expires and nothing is evicted within the minute that this lives. */
const records = new Map<string, AdapterPayload>();
const adapterFor = (model: string): Adapter => {
  const keyOf = (id: string) => `${model}:${id}`;
  return {
    upsert: async (id, payload) => {
      records.set(keyOf(id), payload);
    },
    find: async (id) => records.get(keyOf(id)),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const record = records.get(keyOf(id));
      if (record !== undefined) record.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => {
      records.delete(keyOf(id));
    },
    revokeByGrantId: async () => undefined,
  };
};

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider: Provider = new Provider(`http://localhost:${port}`, {
  adapter: adapterFor,
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  clients: [service, machine],
  cookies: { keys: ['a key of the bench'] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  expiresWithSession: () => false,
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => [],
      getResourceServerInfo: () => ({
        audience: api,
        scope: 'read',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId, name: 'Somebody' }) }),
  issueRefreshToken: () => true,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' }] },
  loadExistingGrant: async (ctx) => {
    const { account, client, session } = ctx.oidc;
    if (account === undefined || client === undefined) return undefined;
    const known = session?.grantIdFor(client.clientId);
    if (known !== undefined) return provider.Grant.find(known);

    const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  rotateRefreshToken: true,
});

const server = provider.listen(port);
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.send?.('listening');
