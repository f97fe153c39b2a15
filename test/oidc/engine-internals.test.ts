// What we rest on in the engine without a promise of its own: a new version that changes it must fail here and not in production.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Provider } from 'oidc-provider';
import { z } from 'zod';
import { nativeCollection } from '../../src/mongo/index.ts';
import { makeReplayDetectionAtomic, readSignOutForm } from '../../src/oidc/engine-internals.ts';
import { createBrowserAgent, readForm } from '../support/browser-agent.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { race, tally } from '../support/race.ts';

const client_secret = 'a-secret-of-more-than-thirty-two-letters';
const redirect_uris = ['https://one.example.org:8443/callback'];

const { jwks } = makeTestSecrets();
const features = { devInteractions: { enabled: false } };

let idp: TestCivicId;
let engine: Provider;
beforeAll(async () => {
  idp = await startCivicId();
  engine = new Provider(idp.issuer.origin, {
    adapter: idp.app.services.modelStore.adapterFor,
    jwks,
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    clients: [
      { client_id: 'plain', client_secret, redirect_uris },
      { client_id: 'sectored', client_secret, redirect_uris, sector_identifier_uri: 'https://sector.example.org' },
    ],
    features,
  });
});
afterAll(() => idp.stop());

const sessionSchema = z.object({ uid: z.string(), state: z.object({ secret: z.string() }).optional() });
const sessionOf = async (accountId: string) => {
  const record = await nativeCollection(idp.connection, 'oidc_session').findOne({ 'payload.accountId': accountId });
  return sessionSchema.parse(record?.['payload']);
};

describe('the engine', () => {
  it('is the very version that our tests ran against', () => {
    const versionIn = (file: string | URL, ...path: string[]): unknown =>
      path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), JSON.parse(readFileSync(file, 'utf8')));
    const pinned = versionIn('package.json', 'dependencies', 'oidc-provider');
    const entry = createRequire(import.meta.url).resolve('oidc-provider');
    expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
    expect(versionIn(new URL('../package.json', `file://${entry}`), 'version')).toBe(pinned);
  });

  it('hands out a sign-out form in which we find address and token', async () => {
    const agent = createBrowserAgent(idp.issuer);
    await signInAndAllow(agent, (await (await newService(idp)).begin()).url, citizen('ivan'));
    const page = await agent.open('/session/end');

    expect(page.status).toBe(200);
    const { action, hidden } = readForm(page.html);
    expect(action).toBe(`${idp.issuer.origin}/session/end/confirm`);
    expect(hidden['xsrf']).toBe((await sessionOf('sandbox-ivan')).state?.secret);
    expect(hidden['xsrf']).toMatch(/^[\w-]{20,}$/);
  });

  it('stops us when its sign-out form is another one', () => {
    expect(() => readSignOutForm('<form action="/x"></form>')).toThrow('the engine changed its sign-out form');
    expect(() => readSignOutForm('<input name="xsrf" value="x">')).toThrow('the engine changed its sign-out form');
  });

  it('is in reach while a Grant is saved, so that the Grant carries its session', async () => {
    const service = await newService(idp);
    const agent = createBrowserAgent(idp.issuer);
    await signInAndAllow(agent, (await service.begin()).url, citizen('anna'));

    const { uid } = await sessionOf('sandbox-anna');
    const grants = nativeCollection(idp.connection, 'oidc_grant');
    expect(uid).toMatch(/^[\w-]{20,}$/);
    expect(await grants.findOne({ 'payload.clientId': service.metadata.client_id })).toMatchObject({ sessionUid: uid });
  });

  it('derives the sector of a client that we make `sub` from', async () => {
    const sectorOf = async (clientId: string) => (await engine.Client.find(clientId))?.['sectorIdentifier'];
    expect(await sectorOf('plain')).toBe('one.example.org:8443');
    expect(await sectorOf('sectored')).toBe('sector.example.org');
  });
});

describe('replay detection', () => {
  const uniqueOn = (provider: Provider) => (jti: string) =>
    provider.ReplayDetection.unique('service', jti, Math.floor(Date.now() / 1000) + 60);

  it('rests on the insert: the engine hands its failure on to us when two looked at once', async () => {
    const { adapterFor } = idp.app.services.modelStore;
    const adapter = (name: string) => ({ ...adapterFor(name), find: async () => undefined }); // as if nobody had come yet
    const lateLooker = new Provider(idp.issuer.origin, { adapter, jwks, features });
    const unique = uniqueOn(lateLooker);
    expect(await unique('bare')).toBe(true);
    await expect(unique('bare')).rejects.toThrow('E11000');

    makeReplayDetectionAtomic(lateLooker);
    expect(await unique('helped')).toBe(true);
    expect(await unique('helped')).toBe(false);
  });

  it('says yes once, however many ask at once, and no from then on', async () => {
    makeReplayDetectionAtomic(engine);
    const unique = uniqueOn(engine);
    const { won, lost } = await race(20, () => unique('raced'));
    expect(lost).toEqual([]);
    expect(tally(won.map(String))).toEqual({ false: 19, true: 1 });
    expect(await unique('raced')).toBe(false);
    expect(await unique('another')).toBe(true);
  });
});

describe('a client secret', () => {
  const tokenFor = async (secret: string) => {
    const service = await newService(idp, {
      client_secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    });
    const stored = await nativeCollection<{ _id: string; metadata: { client_secret: string } }>(
      idp.connection,
      'clients',
    ).findOne({ _id: service.metadata.client_id });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: service.metadata.client_id,
      client_secret: secret === 'what is stored' ? (stored?.metadata.client_secret ?? '') : secret,
    });
    const answer = await fetch(new URL('/token', idp.issuer), { method: 'POST', body: form });
    return answer.status;
  };

  it('is compared by our rule, not by the engine’s: the stored hash opens nothing', async () => {
    expect(await tokenFor(client_secret)).toBe(200);
    expect(await tokenFor('a-secret-of-more-than-thirty-two-letterz')).toBe(401);
    expect(await tokenFor('what is stored')).toBe(401);
  });
});
