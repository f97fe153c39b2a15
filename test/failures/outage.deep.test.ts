import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, readForm, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicIdProcess, type CivicIdProcess } from '../support/civic-id-process.ts';
import { freePort } from '../support/civic-id.ts';
import {
  createLedger,
  expectHonestAnswers,
  fetchAnswer,
  keepBeginning,
  until,
  type Answer,
  type Entry,
} from '../support/ledger.ts';
import { startOwnMongod, type OwnMongod } from '../support/mongod-of-its-own.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { createRelyingParty, serviceMetadata, type RelyingParty } from '../support/relying-party.ts';

const anna = citizen('anna');
const metadata = serviceMetadata({ first_party: true, grant_types: ['authorization_code', 'refresh_token'] });
const machine = {
  client_id: 'machine',
  client_secret: 'secret-of-the-machine-0123456789abcdef',
  client_name: 'Machine',
};

let mongod: OwnMongod;
let secretsDir: string;
let issuer: URL;
let idp: CivicIdProcess;
let service: RelyingParty;

beforeAll(async () => {
  mongod = await startOwnMongod();
  secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-outage-'));
  const port = await freePort();
  issuer = new URL(`http://localhost:${port}`);
  idp = await startCivicIdProcess({ uri: mongod.uri, port, secretsDir });
  await idp.register(metadata);
  await idp.register(machine);
  service = createRelyingParty(issuer, metadata);
});
afterAll(async () => {
  await idp.stop();
  await mongod.remove();
  await rm(secretsDir, { recursive: true, force: true });
});

const basic = ({ client_id: id, client_secret: secret }: { client_id: string; client_secret: string }) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const get = (path: string) => fetchAnswer(new URL(path, issuer));
/** Accepts anything, as a program does that does not say. */
const post = (path: string, who: typeof machine | typeof metadata, form: Record<string, string>) =>
  fetchAnswer(new URL(path, issuer), {
    method: 'POST',
    headers: { Authorization: basic(who) },
    body: new URLSearchParams(form),
  });
const refresh = (token: string) => post('/token', metadata, { grant_type: 'refresh_token', refresh_token: token });

interface OpenForm {
  agent: BrowserAgent;
  page: PageView;
  request: Awaited<ReturnType<RelyingParty['begin']>>;
}
const openForm = async (): Promise<OpenForm> => {
  const agent = createBrowserAgent(issuer);
  const request = await service.begin();
  return { agent, request, page: await agent.open(request.url) };
};
const submit = ({ agent, page }: OpenForm): Promise<Answer> => {
  const { action, hidden } = readForm(page.html);
  const form = { ...hidden, identifier: String(anna.phone), password: anna.password };
  return agent.post(action, new URLSearchParams(form).toString());
};
const signInWith = async ({ agent, page, request }: OpenForm) =>
  request.finish((await typeCredentials(agent, page, anna)).url);

const formAt = (forms: readonly OpenForm[], index: number): OpenForm => {
  const form = forms[index];
  if (form === undefined) throw new Error('too few forms were opened');
  return form;
};

/** Refresh tokens of one signed-in browser. */
const refreshTokens = async (count: number): Promise<string[]> => {
  const form = await openForm();
  const tokens = [await signInWith(form)];
  while (tokens.length < count) {
    const request = await service.begin();
    tokens.push(await request.finish((await form.agent.open(request.url)).url));
  }
  return tokens.map((token) => token.refresh_token ?? '');
};

const prepareLoad = async () => {
  const forms = await Promise.all(Array.from({ length: 30 }, openForm));
  const { access_token: accessToken } = await signInWith(await openForm());
  return { forms, wallets: await refreshTokens(30), accessToken };
};
type Load = Awaited<ReturnType<typeof prepareLoad>>;

/** Ten calls a second, of every kind in turn; each form and each refresh token is sent once. */
const keepCalling = ({ forms, wallets, accessToken }: Load) => {
  const { call, entries } = createLedger();
  const kinds: [string, (round: number) => Promise<Answer>][] = [
    ['discovery', () => get('/.well-known/openid-configuration')],
    ['sign-in form', (round) => submit(formAt(forms, round))],
    ['live', () => get('/health/live')],
    ['token', () => post('/token', machine, { grant_type: 'client_credentials' })],
    ['ready', () => get('/health/ready')],
    ['introspection', () => post('/token/introspection', metadata, { token: accessToken })],
    ['jwks', () => get('/jwks')],
    ['sign-in page', async () => createBrowserAgent(issuer).get((await service.begin()).url)],
    ['refresh', (round) => refresh(wallets[round] ?? '')],
    [
      'unknown service',
      () => createBrowserAgent(issuer).get(`/auth?client_id=${randomUUID()}&scope=openid&response_type=code`),
    ],
  ];
  const { stop } = keepBeginning(100, async (turn) => {
    const [kind, send] = kinds[turn % kinds.length] ?? ['', () => get('/')];
    const round = Math.floor(turn / kinds.length);
    await call(kind, round, () => send(round));
  });
  return { entries, stop };
};

/** What was begun and answered while the store was away. */
const during = (entries: readonly Entry[], from: number, to: number): Entry[] =>
  entries.filter(({ startedAt, endedAt }) => startedAt > from && endedAt < to);

const shapeOf = ({ status, headers, text }: Entry): unknown => {
  if (status === 200) return 200;
  const isPage = headers['content-type']?.startsWith('text/html') === true;
  const said = isPage ? /<h1>([^<]*)/.exec(text)?.[1] : JSON.parse(text);
  return { status, retryAfter: headers['retry-after'], reference: headers['x-request-id'], said };
};
const reference = expect.stringMatching(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
const toldLater = (said: unknown) => ({ status: 503, retryAfter: '30', reference, said });
const toldPeople = toldLater('This is not working right now');
const toldPrograms = toldLater(expect.objectContaining({ error: 'temporarily_unavailable' }));
const expectedWhileAway: Record<string, unknown> = {
  discovery: 200,
  jwks: 200,
  live: 200,
  ready: {
    status: 503,
    retryAfter: undefined,
    reference: undefined,
    said: { status: 'unavailable', reason: 'mongodb' },
  },
  token: toldPrograms,
  introspection: toldPrograms,
  refresh: toldPrograms,
  'sign-in form': toldPeople,
  'sign-in page': toldPeople,
  'unknown service': toldPeople,
};

/** Each kind of call was made, and each was answered so. */
const expectAnswersWhileAway = (entries: readonly Entry[]): void => {
  expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(Object.keys(expectedWhileAway)));
  for (const entry of entries)
    expect([entry.kind, shapeOf(entry)]).toEqual([entry.kind, expectedWhileAway[entry.kind]]);
  // A person quotes the reference from the page; it is the one in the log.
  for (const { text, headers } of entries.filter(({ kind }) => kind.startsWith('sign-in')))
    expect(text).toContain(headers['x-request-id']);
};

const isReady = async () => (await get('/health/ready')).status === 200;
const subjectsOf = (entries: readonly Entry[], kind: string) =>
  new Set(entries.filter((entry) => entry.kind === kind).map(({ subject }) => subject));
const pick = <T>(list: readonly T[], subjects: Set<number>): T[] => list.filter((_, index) => subjects.has(index));

/** What was refused meanwhile was not begun either: the same form, the same token are still good. */
const expectNothingWasSpent = async ({ forms, wallets }: Load, refused: readonly Entry[]): Promise<void> => {
  for (const form of pick(forms, subjectsOf(refused, 'sign-in form'))) await signInWith(form);
  for (const token of pick(wallets, subjectsOf(refused, 'refresh'))) expect((await refresh(token)).status).toBe(200);
};

const patienceMs = 60_000;

describe('MongoDB is killed under load and comes back', () => {
  it(
    'meanwhile everybody is answered and nobody let in; afterwards all goes on, and what was acknowledged is there',
    async () => {
      const load = await prepareLoad();
      const { entries, stop } = keepCalling(load);
      await sleep(2500);
      const killedAt = performance.now();
      mongod.signal('SIGKILL');
      await sleep(6500);
      const cameBackAt = performance.now();
      await mongod.start();
      await until(isReady);
      await sleep(1500);
      await stop();

      expectHonestAnswers(entries);
      const away = during(entries, killedAt + 100, cameBackAt);
      expectAnswersWhileAway(away);
      expect(idp.isAlive()).toBe(true);
      await expectNothingWasSpent(load, away);

      const acknowledged = entries.filter(({ kind, status }) => kind === 'refresh' && status === 200);
      expect(acknowledged.length).toBeGreaterThan(1);
      for (const { text } of acknowledged) expect((await refresh(JSON.parse(text).refresh_token)).status).toBe(200);
    },
    patienceMs,
  );
});

describe('MongoDB hangs under load and goes on', () => {
  it(
    'meanwhile everybody is answered and nobody let in; afterwards all goes on',
    async () => {
      const load = await prepareLoad();
      const { entries, stop } = keepCalling(load);
      await sleep(500);
      const frozenAt = performance.now();
      mongod.signal('SIGSTOP');
      await sleep(7000);
      const wentOnAt = performance.now();
      mongod.signal('SIGCONT');
      await until(isReady);
      await sleep(1500);
      await stop();

      expectHonestAnswers(entries);
      expectAnswersWhileAway(during(entries, frozenAt + 100, wentOnAt));
      expect(idp.isAlive()).toBe(true);
      await signInWith(await openForm());
    },
    patienceMs,
  );
});
