// How a service enters, what is refused and why, and how it leaves and comes back.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { readClientMetadata } from '../../src/oidc/clients/client-metadata.ts';
import { demoClientId, type ClientRegistry } from '../../src/oidc/index.ts';
import { createClientStore } from '../../src/oidc/clients/client-store.ts';
import { createBrowserAgent, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { createRelyingParty, serviceMetadata, type RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let registry: ClientRegistry;
beforeAll(async () => {
  idp = await startCivicId();
  registry = idp.app.rules.clientRegistry;
});
afterAll(() => idp.stop());

const clientRecords = () =>
  nativeCollection<{ _id: string; metadata: Record<string, unknown>; isDisabled: boolean; managedBy: string }>(
    idp.connection,
    'clients',
  );
const metadataOf = async (clientId: string) => (await clientRecords().findOne({ _id: clientId }))?.metadata;
const problemsOf = async (...list: unknown[]): Promise<string[]> => {
  const registration = await registry.registerAll(list, 'file');
  return registration.outcome === 'invalid' ? registration.problems : [];
};
const machine = (changes: Record<string, unknown> = {}) => {
  const { redirect_uris: _none, ...metadata } = serviceMetadata(changes);
  return metadata;
};
const askForToken = async ({ client_id, client_secret }: { client_id: string; client_secret: string }) => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id,
    client_secret,
    resource: 'https://api.example.org',
    scope: 'read',
  });
  const answer = await fetch(new URL('/token', idp.issuer), { method: 'POST', body: form });
  const body: unknown = await answer.json();
  return { status: answer.status, error: Reflect.get(Object(body), 'error') };
};
const resources = [{ indicator: 'https://api.example.org', scopes: ['read'], access_token_format: 'opaque' }];
const works = { status: 200, error: undefined };
const isRefused = { status: 401, error: 'invalid_client' };

beforeEach(() => clientRecords().deleteMany({ managedBy: 'file' }));

describe('metadata of ours', () => {
  const resource = resources[0];
  it.each([
    ['client_id', {}, 'client_id must be a text', undefined],
    ['client_id', { client_id: '' }, 'client_id must be letters'],
    ['client_id', { client_id: 'with space' }, 'client_id must be letters'],
    ['client_id', { client_id: '$where' }, 'client_id must be letters'],
    ['client_id', { client_id: 'служба' }, 'client_id must be letters'],
    ['client_id', { client_id: 'x'.repeat(129) }, 'client_id must be letters'],
    ['client_id', { client_id: '__proto__' }, 'client_id is reserved'],
    ['client_id', { client_id: 5 }, 'client_id must be a text'],
    ['first_party', { first_party: 'true' }, 'first_party must be true or false'],
    ['pkce_optional', { pkce_optional: 1 }, 'pkce_optional must be true or false'],
    ['sector', { sector: 5 }, 'sector must be a host'],
    ['sector', { sector: '' }, 'sector must be a host'],
    ['sector', { sector: 'https://pay.example.org' }, 'sector must be a host'],
    ['sector', { sector: 'pay.example.org/x' }, 'sector must be a host'],
    ['sector', { sector: 'Pay.Example.Org' }, 'sector must be a host'],
    ['resources', { resources: {} }, 'resources must be a list'],
    ['resources', { resources: [{ ...resource, indicator: 'x' }] }, 'resources.0.indicator must be an absolute URI'],
    ['resources', { resources: [{ ...resource, indicator: 'https://a.b/#x' }] }, 'resources.0.indicator must be a URI'],
    ['resources', { resources: [resource, { ...resource, scopes: 'read' }] }, 'resources.1.scopes '],
    ['resources', { resources: [{ ...resource, scopes: ['a b'] }] }, 'resources.0.scopes.0 must be a scope token'],
    ['resources', { resources: [{ ...resource, access_token_format: 'xml' }] }, 'access_token_format must be jwt or'],
    ['resources', { resources: [{ ...resource, more: 1 }] }, 'resources.0 '],
    ['resource_indicators', { resource_indicators: 'https://a.b' }, 'resource_indicators must be a list'],
    ['resource_indicators', { resource_indicators: ['x'] }, 'resource_indicators.0 must be an absolute URI'],
    ['redirect_uris', { redirect_uris: 'https://a.b/' }, 'redirect_uris '],
    ['redirect_uris', { redirect_uris: ['https://a.b/', 5] }, 'redirect_uris.1 '],
  ] as const)(
    'is refused with the name of the client and of the field: %s',
    async (field, changes, expected, ...rest) => {
      const metadata = serviceMetadata(rest.length > 0 ? { client_id: undefined } : changes);
      const problems = await problemsOf(metadata);
      expect(problems).toHaveLength(1);
      const name = typeof metadata.client_id === 'string' ? `client ${metadata.client_id}` : 'client number 1';
      expect(problems[0]).toMatch(new RegExp(`^${name.replaceAll('$', '\\$')}: ${field}`));
      expect(problems[0]).toContain(expected);
      expect(await clientRecords().countDocuments({ managedBy: 'file' })).toBe(0);
    },
  );

  it.each([null, 'x', 5, [], [[]], true])('must be an object: %j', async (entry) => {
    expect(await problemsOf(serviceMetadata(), entry)).toEqual(['client number 2: must be an object']);
  });

  it('takes client ids of the usual kinds', async () => {
    const ids = ['a', 'city.pay-1', 'urn:service:x', 'https://service.example.org/app', 'A_b~c'];
    expect(await problemsOf(...ids.map((client_id) => serviceMetadata({ client_id })))).toEqual([]);
    expect(await clientRecords().countDocuments({ _id: { $in: ids } })).toBe(ids.length);
  });
});

describe('standard metadata', () => {
  it.each([
    ['redirect_uris', { redirect_uris: ['https://a.example.org/#fragment'] }],
    ['redirect_uris', { redirect_uris: ['not a uri'] }],
    ['redirect_uris', { redirect_uris: ['javascript:alert(1)'] }],
    ['grant_types', { grant_types: ['password'] }],
    ['grant_types', { grant_types: 'authorization_code' }],
    ['response_types', { response_types: ['token'] }],
    ['token_endpoint_auth_method', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['id_token_signed_response_alg', { id_token_signed_response_alg: 'none' }],
    ['id_token_signed_response_alg', { id_token_signed_response_alg: 'HS256' }],
    ['subject_type', { subject_type: 'secret' }],
    ['client_secret', { client_secret: undefined }],
    ['client_name', { client_name: 5 }],
    ['client_uri', { client_uri: 'x' }],
    ['contacts', { contacts: [5] }],
    ['default_max_age', { default_max_age: -1 }],
    ['post_logout_redirect_uris', { post_logout_redirect_uris: ['x'] }],
    ['jwks', { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined }],
    ['scope', { scope: 'openid nonsense' }],
  ])('is refused by the engine with the name of the client and of the field: %s', async (field, changes) => {
    const metadata = serviceMetadata(changes);
    const problems = await problemsOf(serviceMetadata(), JSON.parse(JSON.stringify(metadata)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^client ${metadata.client_id}: .*${field}`));
    expect(problems[0]).not.toContain(`secret-of-${metadata.client_id}`);
    expect(await clientRecords().countDocuments({ managedBy: 'file' })).toBe(0);
  });

  it('takes an app of a phone with its own scheme, which names its sector', async () => {
    const app = {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['org.example.app:/cb'],
    };
    const metadata = { ...serviceMetadata({ ...app, sector: 'app.example.org' }), client_secret: undefined };
    expect(await problemsOf(JSON.parse(JSON.stringify(metadata)))).toEqual([]);
  });

  it('keeps no client secret in clear', async () => {
    const metadata = serviceMetadata();
    expect(await problemsOf(metadata)).toEqual([]);
    expect(JSON.stringify(await clientRecords().find().toArray())).not.toContain(metadata.client_secret);
  });
});

describe('a machine client', () => {
  it('needs no redirect_uris and gets tokens for its own resource', async () => {
    const metadata = machine({ resources });
    expect(await problemsOf(metadata)).toEqual([]);
    expect(await askForToken(metadata)).toEqual(works);
  });

  it('cannot send people to us', async () => {
    const metadata = machine({ resources });
    await problemsOf(metadata);
    const page = await createBrowserAgent(idp.issuer).open(
      `/auth?client_id=${metadata.client_id}&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fa.example.org%2F`,
    );
    expect(page.status).toBe(400);
    expect(page.isElsewhere).toBe(false);
  });
});

describe('the sector of a client', () => {
  const subOf = async (service: RelyingParty) => {
    const request = await service.begin();
    const callback = await signInAndAllow(createBrowserAgent(idp.issuer), request.url, citizen('anna'));
    return (await request.finish(callback.url)).claims()?.sub;
  };

  it('is the host of its first redirect URI', async () => {
    const metadata = serviceMetadata({ redirect_uris: ['http://localhost:4000/cb', 'https://b.example.org/cb'] });
    await problemsOf(metadata);
    expect(await metadataOf(metadata.client_id)).toMatchObject({ sector: 'localhost:4000' });
  });

  it('is the one it names, whatever its redirect URIs are', async () => {
    const metadata = serviceMetadata({ sector: 'city.example.org' });
    await problemsOf(metadata);
    expect(await metadataOf(metadata.client_id)).toMatchObject({ sector: 'city.example.org' });
  });

  it('decides who knows a person by the same `sub`', async () => {
    const sector = { sector: 'city.example.org' };
    const [one, two, alone, sameHost] = await Promise.all([
      newService(idp, sector),
      newService(idp, sector),
      newService(idp),
      newService(idp, { redirect_uris: ['https://city.example.org/callback'] }),
    ]);
    const [subOne, subTwo, subAlone, subSameHost] = [
      await subOf(one),
      await subOf(two),
      await subOf(alone),
      await subOf(sameHost),
    ];
    expect(subOne).toMatch(/^[\w-]{43}$/);
    expect(subTwo).toBe(subOne);
    expect(subSameHost).toBe(subOne);
    expect(subAlone).not.toBe(subOne);
  });

  it('means nothing to a client that asked for the public `sub`', async () => {
    expect(await subOf(await newService(idp, { subject_type: 'public' }))).toBe('sandbox-anna');
  });
});

describe('pkce_optional', () => {
  it('is refused where it is not allowed, and false is always allowed', () => {
    const metadata = serviceMetadata({ pkce_optional: true });
    expect(readClientMetadata(metadata, { allowPkceOptional: false })).toEqual({
      outcome: 'invalid',
      problem: 'pkce_optional is refused in production unless ALLOW_PKCE_OPTIONAL=true',
    });
    expect(readClientMetadata(metadata, { allowPkceOptional: true }).outcome).toBe('read');
    const harmless = serviceMetadata({ pkce_optional: false });
    expect(readClientMetadata(harmless, { allowPkceOptional: false }).outcome).toBe('read');
  });

  it('lets a client do without PKCE, and no other client', async () => {
    const open = async (changes: Record<string, unknown>) => {
      const service = await newService(idp, changes);
      const url = client.buildAuthorizationUrl(await service.configuration(), {
        redirect_uri: service.metadata.redirect_uris[0] ?? '',
        scope: 'openid',
      });
      return createBrowserAgent(idp.issuer).open(url.href);
    };
    expect((await open({ pkce_optional: true })).url).toContain('/interaction/');
    const refused = new URL((await open({})).url);
    expect(refused.origin).toMatch(/^https:\/\/service-\d+\.example\.org$/);
    expect(refused.searchParams.get('error')).toBe('invalid_request');
  });
});

describe('a list of clients', () => {
  it('is registered as a whole or not at all', async () => {
    const [good, bad, other] = [machine({ resources }), serviceMetadata({ sector: '/' }), machine()];
    expect(await problemsOf(good)).toEqual([]);
    expect(await problemsOf(other, bad, { ...good, resources: [] }, null)).toEqual([
      `client ${bad.client_id}: sector must be a host, such as pay.example.org`,
      'client number 4: must be an object',
    ]);
    expect((await clientRecords().find({ managedBy: 'file' }).toArray()).map(({ _id }) => _id)).toEqual([
      good.client_id,
    ]);
    expect(await askForToken(good)).toEqual(works);
  });

  it('names a client once', async () => {
    const metadata = serviceMetadata();
    expect(await problemsOf(metadata, metadata)).toEqual([
      `client ${metadata.client_id}: client_id stands more than once`,
    ]);
    expect(await metadataOf(metadata.client_id)).toBeUndefined();
  });

  it('leaves the demo’s id to the sandbox', async () => {
    const metadata = serviceMetadata({ client_id: demoClientId });
    expect(await problemsOf(metadata)).toEqual(['client demo: client_id is the demo’s own']);
    expect(await registry.register(metadata, 'sandbox')).toEqual({ outcome: 'registered' });
  });

  it('disables a client that leaves it and brings it back when it returns', async () => {
    const [staying, leaving] = [machine({ resources }), machine({ resources })];
    await problemsOf(staying, leaving);
    expect(await askForToken(leaving)).toEqual(works);

    await problemsOf(staying);
    expect(await askForToken(leaving)).toEqual(isRefused);
    expect(await askForToken(staying)).toEqual(works);

    await problemsOf(leaving, staying);
    expect(await askForToken(leaving)).toEqual(works);
  });

  it('that is empty disables all of its clients and nobody else’s', async () => {
    const [ours, others] = [machine({ resources }), machine({ resources })];
    await problemsOf(ours);
    await idp.register(others);
    expect(await problemsOf()).toEqual([]);
    expect(await askForToken(ours)).toEqual(isRefused);
    expect(await askForToken(others)).toEqual(works);
  });

  it('shows people of a disabled service our own page', async () => {
    const metadata = serviceMetadata();
    await problemsOf(metadata);
    const request = await createRelyingParty(idp.issuer, metadata).begin();
    await problemsOf();
    const page = await createBrowserAgent(idp.issuer).open(request.url);
    expect(page.status).toBe(400);
    expect(page.isElsewhere).toBe(false);
    expect(wordsOf(page)).not.toContain(metadata.redirect_uris[0]);
  });

  it('ends what a disabled service was given: its refresh tokens and its look into tokens', async () => {
    const metadata = serviceMetadata({ grant_types: ['authorization_code', 'refresh_token'] });
    await problemsOf(metadata);
    const service = createRelyingParty(idp.issuer, metadata);
    const request = await service.begin();
    const callback = await signInAndAllow(createBrowserAgent(idp.issuer), request.url, citizen('ivan'));
    const tokens = await request.finish(callback.url);
    await problemsOf();

    const refresh = client.refreshTokenGrant(await service.configuration(), tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject({ status: 401 });
    const userinfo = await fetch(new URL('/me', idp.issuer), {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).toBe(401);
  });
});

describe('what an instance remembers of clients', () => {
  it('is half a minute old at most', () => {
    expect(limits.clientCacheSeconds).toBeLessThanOrEqual(30);
  });

  it('is forgotten in time: changes, newcomers and leavers of another instance are seen', async () => {
    const needs = { connection: idp.connection, now: () => new Date() };
    const slow = createClientStore({ ...needs, cacheSeconds: 0.5 });
    const other = createClientStore({ ...needs, cacheSeconds: 0.5 });
    const [changing, coming, leaving] = ['changing', 'coming', 'leaving'].map((name) => ({
      client_id: name,
      redirect_uris: ['https://one.example.org/'],
    }));
    if (changing === undefined || coming === undefined || leaving === undefined) throw new Error('three clients');
    for (const metadata of [changing, leaving]) await other.save(metadata, 'file');
    const seen = () => Promise.all(['changing', 'coming', 'leaving'].map((id) => slow.find(id)));
    expect(await seen()).toEqual([changing, undefined, leaving]);

    const changed = { ...changing, redirect_uris: ['https://two.example.org/'] };
    for (const metadata of [changed, coming]) await other.save(metadata, 'file');
    await other.disableOthers(['changing', 'coming'], 'file');
    expect(await seen()).toEqual([changing, undefined, leaving]);
    await sleep(600);
    expect(await seen()).toEqual([changed, coming, undefined]);
  });
});
