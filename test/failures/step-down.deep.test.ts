import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, readForm, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  createLedger,
  expectHonestAnswers,
  fetchAnswer,
  keepBeginning,
  summaryOf,
  until,
  type Entry,
} from '../support/ledger.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import type { RelyingParty } from '../support/relying-party.ts';
import { startReplicaSetOfThree, type ReplicaSetOfThree } from '../support/replica-set-of-three.ts';

let mongods: ReplicaSetOfThree;
let idp: TestCivicId;
let service: RelyingParty;

beforeAll(async () => {
  mongods = await startReplicaSetOfThree();
  idp = await startCivicId({
    uri: mongods.uri,
    limits: { signInAttempts: { ...limits.signInAttempts, free: 1_000_000 } },
  });
  service = await newService(idp, { first_party: true, grant_types: ['authorization_code', 'refresh_token'] });
}, 90_000);
afterAll(async () => {
  await idp.stop();
  await mongods.remove();
});

const { call, entries } = createLedger();
const ofKind = (kind: string, status: number) =>
  entries.filter((entry) => entry.kind === kind && entry.status === status);

const send = (path: string, form: Record<string, string>) => {
  const { client_id: id, client_secret: secret } = service.metadata;
  return fetchAnswer(new URL(path, idp.issuer), {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${String(secret)}`).toString('base64')}` },
    body: new URLSearchParams(form),
  });
};
const refresh = (token: string) =>
  call('refresh', 0, () => send('/token', { grant_type: 'refresh_token', refresh_token: token }));

/** What a service holds of one sign-in. `unknown`: the answer to the last refresh did not say what became of it. */
interface Wallet {
  current: string;
  spent: string[];
  state: 'idle' | 'busy' | 'unknown';
}
const wallets: Wallet[] = [];
const refreshTokenIn = ({ text }: Entry): string => JSON.parse(text).refresh_token;

const refreshOne = async (): Promise<void> => {
  const wallet = wallets.find(({ state }) => state === 'idle');
  if (wallet === undefined) return;
  wallet.state = 'busy';
  const answer = await refresh(wallet.current);
  wallet.state = answer.status === 503 ? 'unknown' : 'idle';
  if (answer.status !== 200) return;
  wallet.spent.push(wallet.current);
  wallet.current = refreshTokenIn(answer);
  wallets.push(...wallets.splice(wallets.indexOf(wallet), 1)); // all take turns
};

const formOf = (html: string, fields: Record<string, string>) => {
  const { action, hidden } = readForm(html);
  return { action, body: new URLSearchParams({ ...hidden, ...fields }).toString() };
};

interface OpenPage {
  agent: BrowserAgent;
  html: string;
}
const guessAt = async ({ agent, html }: OpenPage): Promise<void> => {
  const { action, body } = formOf(html, { identifier: String(citizen('olga').phone), password: 'a guess' });
  await call('guess', 0, () => agent.post(action, body));
};

type Exchange = { form: Record<string, string>; answers: Entry[] };
const exchanges: Exchange[] = [];

/** Spends a code; every third one twice in the same moment, as a thief would. */
const exchangeCode = async (form: Record<string, string>): Promise<void> => {
  const times = exchanges.length % 3 === 2 ? 2 : 1;
  const exchange: Exchange = { form, answers: [] };
  exchanges.push(exchange);
  exchange.answers = await Promise.all(
    Array.from({ length: times }, () => call('code', 0, () => send('/token', form))),
  );
  const [answer] = exchange.answers;
  if (times === 1 && answer?.status === 200)
    wallets.push({ current: refreshTokenIn(answer), spent: [], state: 'idle' });
};

const verifier = 'a-code-verifier-that-everybody-here-shares-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** One sign-in, a request at a time; where one of them is refused, the person gives up. */
const signIn = async ({ phone, password }: ReturnType<typeof citizen>): Promise<void> => {
  const agent = createBrowserAgent(idp.issuer);
  const redirectUri = service.metadata.redirect_uris[0] ?? '';
  const follow = (kind: string, { headers }: Entry) => call(kind, 0, () => agent.get(headers['location'] ?? ''));
  const { url } = await service.begin({ code_challenge: challenge });

  const asked = await call('authorize', 0, () => agent.get(url));
  if (asked.status !== 303) return;
  const page = await follow('page', asked);
  if (page.status !== 200) return;
  const { action, body } = formOf(page.text, { identifier: String(phone), password });
  const accepted = await call('password', 0, () => agent.post(action, body));
  if (accepted.status !== 303) return;
  const callback = await follow('resume', accepted);
  const code = URL.parse(callback.headers['location'] ?? '')?.searchParams.get('code');
  if (callback.status !== 303 || !code) return;
  await exchangeCode({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
};

const begin = async () => {
  const people = ['anna', 'ivan', 'emily', 'joao'].map(citizen);
  const pages = await Promise.all(
    people.map(async () => {
      const agent = createBrowserAgent(idp.issuer);
      return { agent, html: (await agent.open((await service.begin()).url)).html };
    }),
  );
  // A sign-in is five requests: with two guesses and a refresh beside each, twenty requests a second.
  return keepBeginning(80, async (turn) => {
    const page = pages[turn % pages.length];
    const person = people[turn % people.length];
    if (turn % 4 === 0 && person !== undefined) return signIn(person);
    return turn % 4 === 2 ? refreshOne() : page === undefined ? undefined : guessAt(page);
  });
};

const isReady = async () => (await fetch(new URL('/health/ready', idp.issuer))).status === 200;
const records = (collection: string, filter: object = {}) =>
  nativeCollection(idp.connection, collection).find(filter).toArray();
const requestIdsOf = (answers: readonly Entry[]) => answers.map(({ headers }) => headers['x-request-id'] ?? '');

const expectJournalled = async (type: string, answers: readonly Entry[]): Promise<void> => {
  expect(answers.length).toBeGreaterThan(10);
  const written = new Set((await records('journal', { type })).map((event) => event['requestId']));
  expect(requestIdsOf(answers).filter((id) => !written.has(id))).toEqual([]);
};

describe('the primary steps down, and its successor is lost, under twenty requests a second', () => {
  let steppedDownAt = 0;
  let recoveredAt = 0;
  let seconds = 0;
  const primaries: string[] = [];

  beforeAll(async () => {
    primaries.push(await mongods.primary());
    const { stop } = await begin();
    const startedAt = performance.now();
    await sleep(4000);
    steppedDownAt = performance.now();
    await mongods.stepDown();
    await sleep(5000);
    primaries.push(await mongods.primary());
    await mongods.losePrimary();
    await sleep(1000);
    await until(isReady);
    await sleep(1000);
    recoveredAt = performance.now();
    await sleep(3000);
    seconds = (performance.now() - startedAt) / 1000;
    await stop();
    primaries.push(await mongods.primary());
  }, 60_000);

  it('everybody is answered in time and honestly; before it and after it nobody is refused', () => {
    expectHonestAnswers(entries);
    const refused = entries.filter(({ status }) => status === 503);
    const early = refused.filter(({ endedAt }) => endedAt < steppedDownAt);
    expect([...early, ...refused.filter(({ startedAt }) => startedAt > recoveredAt)].map(summaryOf)).toEqual([]);
    expect(new Set(primaries).size).toBe(3);
    expect(entries.length / seconds).toBeGreaterThan(15);
  });

  it('no sign-in and no guess that was answered is missing from the journal', async () => {
    await expectJournalled('sign-in', ofKind('password', 303));
    await expectJournalled('sign-in-refused', ofKind('guess', 422));
  });

  it('no guess is forgotten, under the identifier or under the person, and none is counted twice', async () => {
    const answered = ofKind('guess', 422).length;
    const sent = entries.filter(({ kind }) => kind === 'guess').length;
    const tries = (await records('attempts')).map((record) => Number(record['tries'])).sort((a, b) => b - a);
    for (const counted of tries.slice(0, 2)) {
      expect(counted).toBeGreaterThanOrEqual(answered);
      expect(counted).toBeLessThanOrEqual(sent);
    }
  });

  it('no grant has two tokens to go on with', async () => {
    const unspent = await records('oidc_refresh_token', { 'payload.consumed': { $exists: false } });
    const grants = unspent.map(({ payload }) => payload.grantId);
    expect(grants.length).toBeGreaterThan(5);
    expect(new Set(grants).size).toBe(grants.length);
  });

  it('every refresh token that a service was given is good, and what it spent before is not', async () => {
    const known = wallets.filter(({ state }) => state === 'idle');
    expect(known.length).toBeGreaterThan(5);
    for (const { current } of known) expect(summaryOf(await refresh(current))).toMatch(/^refresh 0: 200/);

    // Nobody was told what became of the last one: it is spent or it is not, and never twice.
    for (const { current } of wallets.filter(({ state }) => state === 'unknown')) {
      await refresh(current);
      expect((await refresh(current)).status).toBe(400);
    }
    for (const token of wallets.flatMap(({ spent }) => spent)) expect((await refresh(token)).status).toBe(400);
  });

  it('no code is good for two answers, at once or later', async () => {
    for (const { form, answers } of exchanges) {
      const again = [await send('/token', form), await send('/token', form)];
      const won = [...answers, ...again].filter(({ status }) => status === 200);
      expect(won.length).toBeLessThanOrEqual(1);
    }
    expect(exchanges.filter(({ answers }) => answers.length === 2).length).toBeGreaterThan(2);
  });
});
