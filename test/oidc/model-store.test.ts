// The contract that the engine's nine models rest on, over a real MongoDB; the engine itself takes part only to say what it stores.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { errors, Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import { connect, createInTransaction, ensureIndexes, nativeCollection } from '../../src/mongo/index.ts';
import { isDuplicate } from '../../src/mongo/index.ts';
import { collectionOf, modelIndexes, type StoredModel } from '../../src/oidc/records/engine-records-store.ts';
import type { ModelStore } from '../../src/oidc/records/model-store.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { createRelyingParty, serviceMetadata } from '../support/relying-party.ts';

let idp: TestCivicId;
let store: ModelStore;
beforeAll(async () => {
  idp = await startCivicId();
  store = idp.app.services.modelStore;
});
afterAll(() => idp.stop());

const newId = () => randomBytes(32).toString('base64url');
const seconds = (shift = 0) => Math.floor(Date.now() / 1000) + shift;
const times = { iat: seconds(), exp: seconds(600) };
const oddClaims = { 'a.b': null, $gt: { essential: true }, '': null, address: { values: ['x', 'y'] } };
const token = { ...times, clientId: 'service:a', accountId: 'alice', grantId: newId(), scope: 'openid', sid: newId() };
const bound = { 'x5t#S256': newId(), jkt: newId(), sessionUid: newId(), expiresWithSession: false };
const signedIn = { acr: 'urn:a', amr: ['pwd', 'otp'], authTime: seconds(), nonce: 'n', resource: ['https://api.a.b'] };
const detail = { type: 'payment', amount: { value: '1.00', currency: 'RUB' }, $comment: 'x' };

/** One payload a model, with every field that the engine may put there. */
const samples: Record<StoredModel, AdapterPayload> = {
  Session: {
    ...times,
    kind: 'Session',
    uid: newId(),
    acr: 'urn:a',
    amr: ['pwd'],
    accountId: 'alice',
    loginTs: seconds(),
    transient: true,
    state: { secret: newId(), clientId: 'a', postLogoutRedirectUri: 'https://a.example.org/', state: '$x.y' },
    authorizations: { 'service:a.b/c~d': { sid: newId(), grantId: newId(), persistsLogout: true } },
  },
  Interaction: {
    ...times,
    kind: 'Interaction',
    session: { accountId: 'alice', uid: newId(), acr: 'urn:a', amr: ['pwd'] },
    params: { client_id: 'a', scope: 'openid', claims: JSON.stringify({ id_token: oddClaims }), state: '$where' },
    prompt: { name: 'consent', reasons: ['x'], details: { missingOIDCClaims: ['a.b', '$gt'], 'odd.key': { $in: 1 } } },
    lastSubmission: { login: { accountId: 'alice', ts: 1 } },
    returnTo: 'https://id.example.org/auth/somewhere',
    trusted: ['client_id'],
    grantId: newId(),
    deviceCode: newId(),
    cid: newId(),
    parJti: newId(),
  },
  Grant: {
    ...times,
    kind: 'Grant',
    accountId: 'alice',
    clientId: 'a',
    openid: { scope: 'openid profile', claims: ['a.b', '$gt'] },
    resources: { 'https://api.a.b/': 'read write', $where: 'x' },
    rejected: { openid: { scope: 'email' }, resources: {} },
    rar: [detail],
  },
  AuthorizationCode: {
    ...token,
    ...signedIn,
    kind: 'AuthorizationCode',
    sessionUid: newId(),
    expiresWithSession: true,
    attestationJkt: newId(),
    claims: { id_token: oddClaims, userinfo: { 'https://claims.a.b/x': null } },
    codeChallenge: newId(),
    codeChallengeMethod: 'S256',
    redirectUri: 'https://a.example.org/callback?x=1',
    dpopJkt: newId(),
    rar: [detail],
  },
  AccessToken: {
    ...token,
    ...bound,
    kind: 'AccessToken',
    gty: 'authorization_code refresh_token',
    aud: ['https://api.a.b', 'other'],
    claims: { userinfo: oddClaims },
    extra: { acr: 'urn:a', 'dotted.name': { $deep: [null, 0, false, ''] } },
    rar: [detail],
  },
  RefreshToken: {
    ...token,
    ...bound,
    ...signedIn,
    kind: 'RefreshToken',
    gty: 'authorization_code',
    attestationJkt: newId(),
    claims: { id_token: oddClaims },
    rar: [detail],
    rotations: 3,
    iiat: seconds(-60),
  },
  ClientCredentials: {
    ...times,
    kind: 'ClientCredentials',
    clientId: 'machine',
    'x5t#S256': newId(),
    jkt: newId(),
    aud: 'https://api.a.b',
    extra: { 'dotted.name': 1 },
    rar: [detail],
    scope: 'read',
  },
  PushedAuthorizationRequest: {
    ...times,
    kind: 'PushedAuthorizationRequest',
    attestationJkt: newId(),
    request: 'header.payload.signature',
    dpopJkt: newId(),
    trusted: ['request'],
  },
  ReplayDetection: { ...times, kind: 'ReplayDetection', iss: 'service:a' },
};
const entries: [StoredModel, AdapterPayload][] = [
  ['Session', samples.Session],
  ['Interaction', samples.Interaction],
  ['Grant', samples.Grant],
  ['AuthorizationCode', samples.AuthorizationCode],
  ['AccessToken', samples.AccessToken],
  ['RefreshToken', samples.RefreshToken],
  ['ClientCredentials', samples.ClientCredentials],
  ['PushedAuthorizationRequest', samples.PushedAuthorizationRequest],
  ['ReplayDetection', samples.ReplayDetection],
];
const models = entries.map(([model]) => model);
const spendable = ['AuthorizationCode', 'RefreshToken', 'PushedAuthorizationRequest'] as const;
const carryingGrant = ['AuthorizationCode', 'AccessToken', 'RefreshToken'] as const;

/** The payload as the engine hands it over: with its id in `jti`. */
const payloadOf = (model: StoredModel, id: string, changes: AdapterPayload = {}): AdapterPayload => ({
  ...samples[model],
  ...changes,
  jti: id,
});
const put = async (model: StoredModel, changes: AdapterPayload = {}, lifetime = 600) => {
  const id = newId();
  const adapter = store.adapterFor(model);
  await adapter.upsert(id, payloadOf(model, id, changes), lifetime);
  return { id, adapter };
};
const rawRecords = (model: StoredModel) =>
  nativeCollection(idp.connection, collectionOf(model)).find<Record<string, unknown>>({}).toArray();
const rawRecordWith = async (model: StoredModel, text: string) =>
  (await rawRecords(model)).find((record) => JSON.stringify(record).includes(text));
/** All that the database holds, as text. */
const everything = async (): Promise<string> => JSON.stringify(await dumpDatabase(idp));

describe('what the engine stores', () => {
  it('is covered by the samples, field by field', () => {
    const engine = new Provider('http://localhost:1', {
      adapter: store.adapterFor,
      jwks: makeTestSecrets().jwks,
      features: { devInteractions: { enabled: false } },
    });
    // What the adapter itself writes, or what stands for the record as a whole.
    const written = ['jti', 'consumed', 'result'];
    for (const [model, sample] of entries) {
      const fields = new Set(engine[model].IN_PAYLOAD.filter((field) => !written.includes(field)));
      expect([model, Object.keys(sample).sort()]).toEqual([model, [...fields].sort()]);
    }
  });

  it.each(entries)('comes back whole: %s', async (model, sample) => {
    const { id, adapter } = await put(model);
    expect(await adapter.find(id)).toEqual({ ...sample, jti: id });
  });

  it('comes back with the answer of a person: Interaction', async () => {
    const { id, adapter } = await put('Interaction');
    const result = { consent: { grantId: newId() }, 'odd.key': { $x: 1 } };
    await adapter.upsert(id, payloadOf('Interaction', id, { result }), 600);
    expect(await adapter.find(id)).toEqual(payloadOf('Interaction', id, { result }));
  });

  it.each(models.filter((model) => model !== 'ReplayDetection'))('is replaced as a whole: %s', async (model) => {
    const { id, adapter } = await put(model);
    const { kind } = samples[model];
    await adapter.upsert(id, { ...times, jti: id, ...(kind === undefined ? {} : { kind }) }, 600);
    expect(await adapter.find(id)).toEqual({ ...times, jti: id, kind });
  });

  it.each(models)('is found after its time as well, because the engine judges the time itself: %s', async (model) => {
    const exp = seconds(-3600);
    const { id, adapter } = await put(model, { iat: seconds(-7200), exp }, -3600);
    expect(await adapter.find(id)).toMatchObject({ jti: id, exp });
  });

  it.each(models)('is nothing where nothing was stored: %s', async (model) => {
    const adapter = store.adapterFor(model);
    expect(await adapter.find(newId())).toBeUndefined();
    expect(await adapter.findByUid(newId())).toBeUndefined();
    expect(await adapter.findByUserCode(newId())).toBeUndefined();
  });

  it.each(['Session', 'Grant', 'Interaction'] as const)(
    'is written back by each of twenty requests in flight when it was gone meanwhile: %s',
    async (model) => {
      const adapter = store.adapterFor(model);
      for (let turn = 0; turn < 10; turn += 1) {
        const id = newId();
        const { lost } = await race(20, async () => adapter.upsert(id, payloadOf(model, id), 600));
        expect(tally(lost.map(String))).toEqual({});
      }
    },
  );
});

describe('what a service asks for', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  it.each([
    ['names of the database’s own', '{"id_token":{"$gt":null,"a.b":{"essential":true},"":null}}'],
    ['names of JavaScript’s own', '{"id_token":{"__proto__":null,"constructor":{"value":"x"}}}'],
    ['a name with a NUL', '{"id_token":{"a\\u0000b":null}}'],
    ['a value of two hundred levels', `{"id_token":{"name":{"value":${nested(200)}}}}`],
  ])('is answered at the service, whatever its claims are made of: %s', async (_what, claims) => {
    const metadata = serviceMetadata({ first_party: true });
    await idp.register(metadata);
    const agent = createBrowserAgent(idp.issuer);
    const begun = await createRelyingParty(idp.issuer, metadata).begin({ claims, scope: 'openid' });
    const page = await agent.open(begun.url);
    const end = page.isElsewhere ? page : await typeCredentials(agent, page, citizen('anna'));
    expect([end.status, end.isElsewhere]).toEqual([303, true]);
    expect(new URL(end.url).search).toMatch(/[?&](code=|error=invalid_request)/);
  });
});

describe('a thief of the database', () => {
  it.each(models)('finds no id of the model in its own record: %s', async (model) => {
    const { id } = await put(model, { accountId: newId() });
    expect(await rawRecordWith(model, id)).toBeUndefined();
  });

  it('finds no session cookie in an interaction', async () => {
    const cookie = newId();
    const { id, adapter } = await put('Interaction', { session: { accountId: 'alice', uid: 'u', cookie } });
    expect(await rawRecordWith('Interaction', cookie)).toBeUndefined();
    expect(await adapter.find(id)).toMatchObject({ session: { accountId: 'alice', uid: 'u' } });
  });

  /** Every value that somebody holds in a whole visit, and all that was stored while they held it. */
  const visit = async () => {
    const api = 'https://api.example.org';
    const metadata = serviceMetadata({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      resources: [{ indicator: api, scopes: ['read'], access_token_format: 'opaque' }],
    });
    await idp.register(metadata);
    const service = createRelyingParty(idp.issuer, metadata);
    const configuration = await service.configuration();
    const agent = createBrowserAgent(idp.issuer);
    const stored: string[] = [];

    const begun = await service.begin({ scope: 'openid offline_access', prompt: 'consent' });
    const pushed = await client.buildAuthorizationUrlWithPAR(configuration, new URL(begun.url).searchParams);
    const signInPage = await agent.open(pushed.href);
    stored.push(await everything());
    const consentPage = await typeCredentials(agent, signInPage, citizen('anna'));
    stored.push(await everything());
    const callback = await agent.submit(consentPage, {});
    stored.push(await everything());
    const tokens = await begun.finish(callback.url);
    const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    const machine = await client.clientCredentialsGrant(configuration, { resource: api, scope: 'read' });
    stored.push(await everything());

    const partOf = (text: unknown, pattern: RegExp) => pattern.exec(String(text))?.[1] ?? '';
    const found = (values: Record<string, string>) => {
      expect(Object.entries(values).filter(([, value]) => value.length < 20)).toEqual([]);
      const inClear = Object.entries(values).filter(([, value]) => stored.some((text) => text.includes(value)));
      return inClear.map(([name]) => name);
    };
    return {
      bearersFound: found({
        'session cookie': partOf(callback.headers['set-cookie'], /civic_session=([^;]+)/),
        code: partOf(callback.url, /[?&]code=([^&]+)/),
        'access token': tokens.access_token,
        'refresh token': tokens.refresh_token ?? '',
        'second access token': refreshed.access_token,
        'second refresh token': refreshed.refresh_token ?? '',
        'access token of a machine': machine.access_token,
      }),
      addressesFound: found({
        'pushed request': partOf(pushed.searchParams.get('request_uri'), /([^:]+)$/),
        'interaction of the sign-in': partOf(signInPage.url, /interaction\/([^/?]+)/),
        'interaction of the consent': partOf(consentPage.url, /interaction\/([^/?]+)/),
      }),
    };
  };
  let visited: ReturnType<typeof visit> | undefined;
  const visitOnce = () => (visited ??= visit());

  it('finds no cookie, code or token, whatever happens in a whole visit', async () => {
    expect((await visitOnce()).bearersFound).toEqual([]);
  });

  it('finds no pushed request and no interaction that is under way', async () => {
    expect((await visitOnce()).addressesFound).toEqual([]);
  });
});

describe('what is spent', () => {
  const failureOf = { PushedAuthorizationRequest: errors.InvalidRequestUri } as const;

  it.each(spendable)('is spent once, however many spend it at once: %s', async (model) => {
    const { id, adapter } = await put(model);
    const { won, lost } = await race(20, async () => adapter.consume(id));

    expect(won).toHaveLength(1);
    const failure = model === 'PushedAuthorizationRequest' ? failureOf[model] : errors.InvalidGrant;
    expect(lost.filter((reason) => !(reason instanceof failure))).toEqual([]);
    const found = await adapter.find(id);
    expect(Math.abs(Number(found?.consumed) - seconds())).toBeLessThan(5);
  });

  it.each(spendable)('cannot be spent where it never was: %s', async (model) => {
    const failure = model === 'PushedAuthorizationRequest' ? failureOf[model] : errors.InvalidGrant;
    await expect(store.adapterFor(model).consume(newId())).rejects.toBeInstanceOf(failure);
  });

  it.each(['AuthorizationCode', 'RefreshToken'] as const)(
    'takes its Grant with it when spent again: %s',
    async (model) => {
      const grant = await put('Grant');
      const other = await put('Grant');
      const { id, adapter } = await put(model, { grantId: grant.id });

      await adapter.consume(id);
      expect(await grant.adapter.find(grant.id)).toBeDefined();
      await expect(adapter.consume(id)).rejects.toBeInstanceOf(errors.InvalidGrant);
      expect(await grant.adapter.find(grant.id)).toBeUndefined();
      expect(await other.adapter.find(other.id)).toBeDefined();
    },
  );

  it('is unique once, however many say it at once: ReplayDetection', async () => {
    const id = newId();
    const adapter = store.adapterFor('ReplayDetection');
    const { won, lost } = await race(20, async () => adapter.upsert(id, payloadOf('ReplayDetection', id), 60));
    expect(won).toHaveLength(1);
    expect(lost.filter((reason) => !isDuplicate(reason))).toEqual([]);
  });
});

describe('an interaction', () => {
  const answered = { result: { login: { accountId: 'alice', ts: 1 } } };

  it('that is over is not brought back by a late answer', async () => {
    const { id, adapter } = await put('Interaction');
    await adapter.upsert(id, payloadOf('Interaction', id, answered), 600);
    await adapter.destroy(id);
    await expect(adapter.upsert(id, payloadOf('Interaction', id, answered), 600)).rejects.toBeInstanceOf(
      errors.SessionNotFound,
    );
    expect(await adapter.find(id)).toBeUndefined();
  });

  it('that never was is not made by an answer', async () => {
    const id = newId();
    const adapter = store.adapterFor('Interaction');
    await expect(adapter.upsert(id, payloadOf('Interaction', id, answered), 600)).rejects.toBeInstanceOf(
      errors.SessionNotFound,
    );
    expect(await adapter.find(id)).toBeUndefined();
  });

  it('that is over is not brought back by being saved without an answer', async () => {
    const { id, adapter } = await put('Interaction');
    await adapter.destroy(id);
    await expect(adapter.upsert(id, payloadOf('Interaction', id), 600)).rejects.toThrow();
    expect(await adapter.find(id)).toBeUndefined();
  });

  it('ends once, however many end it at once', async () => {
    const { id, adapter } = await put('Interaction');
    const { won, lost } = await race(20, async () => adapter.destroy(id));
    expect(won).toHaveLength(1);
    expect(lost.filter((reason) => !(reason instanceof errors.SessionNotFound))).toEqual([]);
    await expect(adapter.destroy(id)).rejects.toBeInstanceOf(errors.SessionNotFound);
  });

  it('that is over keeps its client and nothing else', async () => {
    const clientId = `service:${newId()}`;
    const { id, adapter } = await put('Interaction', { params: { client_id: clientId, login_hint: '+79000000001' } });
    expect(await store.clientOfInteraction(id)).toBe(clientId);
    await adapter.destroy(id);

    expect(await store.clientOfInteraction(id)).toBe(clientId);
    const raw = await rawRecordWith('Interaction', clientId);
    expect(Object.keys(raw ?? {}).sort()).toEqual(['_id', 'endedAt', 'expiresAt', 'payload']);
    expect(raw?.['payload']).toEqual({ params: { client_id: clientId } });
  });

  it('that nobody knows has no client', async () => {
    expect(await store.clientOfInteraction(newId())).toBeUndefined();
  });
});

describe('a session found by its uid', () => {
  const putSession = (changes: AdapterPayload = {}) => put('Session', { uid: newId(), ...changes });
  const findByUid = async (adapter: Adapter, uid: unknown) => {
    const found = await adapter.findByUid(String(uid));
    if (found === undefined) throw new Error('no session of this uid');
    return found;
  };

  it('is the whole session under a name that never opens it', async () => {
    const uid = newId();
    const { id, adapter } = await putSession({ uid });
    const found = await findByUid(adapter, uid);
    expect(found).toEqual({ ...samples.Session, uid, jti: found.jti });
    expect(found.jti).not.toBe(id);
    expect(await adapter.find(String(found.jti))).toBeUndefined();
  });

  it('can be saved under that name', async () => {
    const uid = newId();
    const { id, adapter } = await putSession({ uid });
    const found = await findByUid(adapter, uid);
    await adapter.upsert(String(found.jti), { ...found, acr: 'urn:changed' }, 600);
    expect(await adapter.find(id)).toEqual({ ...samples.Session, uid, acr: 'urn:changed', jti: id });
    expect((await rawRecords('Session')).filter((record) => JSON.stringify(record).includes(uid))).toHaveLength(1);
  });

  it('can be destroyed under that name', async () => {
    const uid = newId();
    const { id, adapter } = await putSession({ uid });
    const other = await putSession();
    await adapter.destroy(String((await findByUid(adapter, uid)).jti));
    expect(await adapter.find(id)).toBeUndefined();
    expect(await other.adapter.find(other.id)).toBeDefined();
  });

  it('is no key to a stored hash that a thief has', async () => {
    const { adapter } = await putSession();
    for (const { _id } of await rawRecords('Session')) {
      expect(await adapter.find(String(_id))).toBeUndefined();
      expect(await adapter.find(`stored:${String(_id)}`)).toBeUndefined();
    }
  });

  it('is swept with every row that it has', async () => {
    const uid = newId();
    const rows = await Promise.all([putSession({ uid }), putSession({ uid })]);
    const other = await putSession();
    await store.sweepSession(uid);
    for (const { id, adapter } of rows) expect(await adapter.find(id)).toBeUndefined();
    expect(await other.adapter.find(other.id)).toBeDefined();
  });

  it('forgets one service and keeps the others, whatever its id is made of', async () => {
    const uid = newId();
    const one = { sid: newId(), grantId: newId() };
    const { id, adapter } = await putSession({ uid, authorizations: { 'a.b': one, a: one, 'x:y/z~': one } });
    await store.forgetService(uid, 'a.b');
    expect(await adapter.find(id)).toMatchObject({ uid, authorizations: { a: one, 'x:y/z~': one } });
    expect(Object.keys((await findByUid(adapter, uid)).authorizations ?? {})).toEqual(['a', 'x:y/z~']);
    await store.forgetService(uid, 'x:y/z~');
    expect(Object.keys((await findByUid(adapter, uid)).authorizations ?? {})).toEqual(['a']);
  });

  it('is found no more once its account says that it has ended, even if it is written back', async () => {
    const accountId = 'sandbox-olga';
    const uid = newId();
    const { id, adapter } = await putSession({ uid, accountId });
    await createInTransaction(idp.connection)((tx) => idp.app.services.accounts.markSessionEnded(tx, accountId, uid));
    await adapter.upsert(id, payloadOf('Session', id, { uid, accountId }), 600);
    expect(await adapter.find(id)).toBeUndefined();
    expect(await adapter.findByUid(uid)).toBeUndefined();
  });

  it('may stand twice for a moment, as parallel visits make it', async () => {
    const uid = newId();
    const made = await Promise.all(Array.from({ length: 20 }, () => putSession({ uid })));
    for (const { id, adapter } of made) expect(await adapter.find(id)).toMatchObject({ uid });
  });
});

describe('a Grant', () => {
  it.each(carryingGrant)('ends all that was made from it: %s', async (model) => {
    const grantId = newId();
    const made = await Promise.all([put(model, { grantId }), put(model, { grantId })]);
    const other = await put(model, { grantId: newId() });
    await store.adapterFor(model).revokeByGrantId(grantId);

    for (const { id, adapter } of made) expect(await adapter.find(id)).toBeUndefined();
    expect(await other.adapter.find(other.id)).toBeDefined();
  });

  it('is destroyed by the engine', async () => {
    const [one, other] = await Promise.all([put('Grant'), put('Grant')]);
    await one.adapter.destroy(one.id);
    expect(await one.adapter.find(one.id)).toBeUndefined();
    expect(await other.adapter.find(other.id)).toBeDefined();
  });

  it('is destroyed by us for a person, a service or both, and never without saying whose', async () => {
    const inTransaction = createInTransaction(idp.connection);
    const accountId = newId();
    const grants = await Promise.all(
      ['a.b', 'a.b', 'c'].map((clientId, index) =>
        put('Grant', { accountId: index === 1 ? newId() : accountId, clientId }),
      ),
    );
    const left = async () => Promise.all(grants.map(async ({ id, adapter }) => (await adapter.find(id)) !== undefined));

    await expect(inTransaction((tx) => store.destroyGrants(tx, {}))).rejects.toThrow('say which Grants');
    await inTransaction((tx) => store.destroyGrants(tx, { accountId, clientId: 'a.b' }));
    expect(await left()).toEqual([false, true, true]);
    await inTransaction((tx) => store.destroyGrants(tx, { accountId }));
    expect(await left()).toEqual([false, true, false]);
  });

  it.each(models.filter((model) => model !== 'Interaction'))(
    'may be destroyed twice without a word: %s',
    async (model) => {
      const { id, adapter } = await put(model);
      await adapter.destroy(id);
      await adapter.destroy(id);
      expect(await adapter.find(id)).toBeUndefined();
    },
  );
});

describe('how long a record stays', () => {
  const expiryOf = async (model: StoredModel, lifetime: number) => {
    const mark = newId();
    await put(model, model === 'Interaction' ? { cid: mark } : { nonce: mark }, lifetime);
    const raw = await rawRecordWith(model, mark);
    return Math.round((Number(raw?.['expiresAt']) - Date.now()) / 1000);
  };

  it.each([
    ['PushedAuthorizationRequest', 60, 60 + 7200],
    ['AuthorizationCode', 60, 60 + 86_400],
    ['RefreshToken', 600, 600 + 86_400],
    ['Interaction', 3600, 3600 + 86_400],
    ['Session', 3600, 3660],
    ['Grant', 600, 660],
    ['AccessToken', 600, 660],
    ['ClientCredentials', 600, 660],
    ['ReplayDetection', 60, 120],
  ] as const)('is its lifetime and as long as late use must be recognised: %s', async (model, lifetime, stays) => {
    expect(Math.abs((await expiryOf(model, lifetime)) - stays)).toBeLessThanOrEqual(5);
  });

  it('is for ever where the engine names no lifetime', async () => {
    const { id, adapter } = await (async () => {
      const made = newId();
      const grants = store.adapterFor('Grant');
      await grants.upsert(made, payloadOf('Grant', made, { nonce: made.toUpperCase() }));
      return { id: made, adapter: grants };
    })();
    expect(await adapter.find(id)).toBeDefined();
    expect(await rawRecordWith('Grant', id.toUpperCase())).not.toHaveProperty('expiresAt');
  });
});

describe('indexes', () => {
  const indexesOf = async ({ connection }: TestCivicId) => {
    const database = connection.getClient().db(connection.name);
    const collections = await database.listCollections().toArray();
    const lists = await Promise.all(
      collections.map(async ({ name }): Promise<[string, string[]]> => {
        const indexes = await database.collection(name).indexes();
        const shown = indexes.map(({ key, unique, expireAfterSeconds }) =>
          [
            JSON.stringify(key),
            ...(unique === true ? ['unique'] : []),
            ...(expireAfterSeconds === 0 ? ['sweeps'] : []),
          ].join(' '),
        );
        return [name, shown.filter((text) => text !== '{"_id":1}').sort()];
      }),
    );
    return Object.fromEntries(lists.sort());
  };
  const sweep = '{"expiresAt":1} sweeps';
  const byGrant = '{"payload.grantId":1}';
  const byAccount = '{"payload.accountId":1}';

  it('are all there after the start', async () => {
    expect(await indexesOf(idp)).toMatchObject({
      accounts: ['{"accountNumber":1} unique', '{"deleteAt":1}'],
      attempts: [sweep],
      clients: ['{"metadata.resources.indicator":1}'],
      consents: ['{"_id.accountId":1}'],
      identifiers: ['{"accountId":1}', '{"keptUntil":1} sweeps'],
      journal: ['{"accountId":1,"at":-1,"_id":-1}', '{"requestId":1}'],
      oidc_access_token: [sweep, byGrant],
      oidc_authorization_code: [sweep, byGrant],
      oidc_client_credentials: [sweep],
      oidc_grant: [sweep, byAccount, '{"sessionUid":1}'],
      oidc_interaction: [sweep],
      oidc_pushed_authorization_request: [sweep],
      oidc_refresh_token: [sweep, byAccount, byGrant],
      oidc_replay_detection: [sweep],
      oidc_session: [sweep, byAccount, '{"payload.uid":1}'],
      sessions: ['{"accountId":1}', sweep],
    });
  });

  it.each([
    ['another key', { key: { expiresAt: -1 }, name: 'sweep', expireAfterSeconds: 0 }],
    ['another expiry', { key: { expiresAt: 1 }, name: 'sweep', expireAfterSeconds: 60 }],
    ['another name', { key: { expiresAt: 1 }, name: 'swept', expireAfterSeconds: 0 }],
    ['no expiry', { key: { expiresAt: 1 }, name: 'sweep' }],
  ] as const)('stop the start when one is there with %s', async (_what, index) => {
    const uri = testDatabaseUri();
    const connection = await connect(uri);
    await nativeCollection(connection, 'oidc_session').createIndexes([index]);
    await expect(ensureIndexes(connection, modelIndexes)).rejects.toThrow(/sweep|swept/);
    await connection.close();
    await dropDatabase(uri);
  });
});

describe('what is off', () => {
  const off = ['DeviceCode', 'BackchannelAuthenticationRequest', 'InitialAccessToken', 'RegistrationAccessToken', 'X'];

  it.each(off)('is not stored: %s', async (model) => {
    const adapter = store.adapterFor(model);
    const before = await everything();
    for (const attempt of [
      () => adapter.upsert(newId(), { ...times, kind: model }, 60),
      () => adapter.consume(newId()),
      () => adapter.destroy(newId()),
      () => adapter.findByUid(newId()),
      () => adapter.findByUserCode(newId()),
    ])
      expect(attempt).toThrow(`${model} is not stored here`);
    expect(await adapter.find(newId())).toBeUndefined();
    expect(await everything()).toBe(before);
  });

  it('includes clients, which enter by the registry alone', async () => {
    const metadata = serviceMetadata();
    await idp.register(metadata);
    const adapter = store.adapterFor('Client');
    expect(await adapter.find(metadata.client_id)).toMatchObject({ client_id: metadata.client_id });
    expect(() => adapter.upsert(metadata.client_id, metadata, 60)).toThrow('Client is not stored here');
    expect(() => adapter.destroy(metadata.client_id)).toThrow('Client is not stored here');
  });
});
