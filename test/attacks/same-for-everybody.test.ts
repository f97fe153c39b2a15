import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBareBrowser, pathOf, readBareForm, type BareAnswer } from '../support/bare-http.ts';
import { freePort, makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const viktor = citizen('viktor');
const everybody = {
  'known by e-mail': 'anna@example.org',
  'known by phone': '+79000000002',
  'known by SNILS': String(citizen('olga').snils),
  'unknown e-mail': 'nobody@example.org',
  'unknown phone': '+79111234567',
  'unknown SNILS': '112-233-446 96',
  'no identifier at all': 'just some words',
  'disabled, right password': String(viktor.email),
};
const passwordFor = (who: string) => (who.startsWith('disabled') ? viktor.password : 'not the password');

const openSignIn = async (at: TestCivicId = idp) => {
  const browser = createBareBrowser(at.issuer);
  const service = await newService(at);
  const { action, csrf } = readBareForm(await browser.follow({ path: pathOf((await service.begin()).url) }));
  const type = (identifier: string, password: string, port = Number(at.issuer.port)): Promise<BareAnswer> => {
    const body = new URLSearchParams({ csrf, identifier, password }).toString();
    return browser.send({ method: 'POST', path: action, body, port });
  };
  return { action, csrf, type };
};

const isWaitTold = ({ body }: BareAnswer) => /Wait <span[^>]*>\d+\s(second|minute)s?<\/span> and try again/.test(body);

/** What an observer sees of one try, with everything masked that differs between any two tries. */
const observe = async (identifier: string, password: string) => {
  const { action, csrf, type } = await openSignIn();
  const counts = async () => ({
    hashes: idp.app.services.hashing.count(),
    attempts: await countIn(idp, 'attempts'),
    journal: await countIn(idp, 'journal'),
  });
  const before = await counts();
  const { status, headers, cookies, body } = await type(identifier, password);
  const after = await counts();
  const { date: _date, 'x-request-id': reference = '', 'content-length': _length, ...steady } = headers;
  const masked = [
    action,
    csrf,
    reference,
    identifier,
    /Service \d+/g,
    /service-\d+/g,
    /(registration|recovery)\?from=[\w-]+/g,
    /interaction\/[\w-]+\/passkey/g,
    /data-seconds="\d+">\d+\sseconds/g,
    /data-seconds="\d+"/g,
  ].reduce<string>((text, secret) => text.replaceAll(secret, '…'), body);
  return {
    status,
    headers: steady,
    cookies,
    body: masked,
    hashes: after.hashes - before.hashes,
    journal: after.journal - before.journal,
    attempts: after.attempts - before.attempts,
  };
};

type Observation = Awaited<ReturnType<typeof observe>>;

/** What everybody sees at the first wrong password, at the tenth and at the eleventh. */
const observeEverybody = async () => {
  const seen: Record<'first' | 'tenth' | 'eleventh', Observation[]> = { first: [], tenth: [], eleventh: [] };
  for (const [who, identifier] of Object.entries(everybody)) {
    const password = passwordFor(who);
    seen.first.push(await observe(identifier, password));
    const { type } = await openSignIn();
    for (let made = 1; made < 9; made += 1) await type(identifier, password);
    seen.tenth.push(await observe(identifier, password));
    seen.eleventh.push(await observe(identifier, password));
  }
  return seen;
};

describe('ENUM-01, BF-04, BF-05 nobody can find out who has an account', () => {
  it('the same answer and the same work, at the first wrong password, at the tenth and while waiting', async () => {
    const seen = await observeEverybody();
    for (const [when, looks] of [
      ['first', 1],
      ['tenth', 1],
      ['eleventh', 0],
    ] as const) {
      const [one, ...others] = seen[when];
      expect(one).toMatchObject({ status: 422, hashes: looks, journal: looks, cookies: [] });
      expect(others.length).toBe(7);
      for (const other of others) expect({ when, ...other }).toEqual({ when, ...one });
    }
  });

  it('the journal knows what the page does not tell', async () => {
    const { type } = await openSignIn();
    for (const identifier of ['anna@example.org', 'nobody@example.org']) await type(identifier, 'not the password');
    const events = await idp.connection.getClient().db(idp.connection.name).collection('journal').find().toArray();
    expect(events.map(({ type, accountId }) => [type, accountId])).toEqual([
      ['sign-in-refused', 'sandbox-anna'],
      ['sign-in-refused', null],
    ]);
  });

  it('a right password costs one hash too', async () => {
    const before = idp.app.services.hashing.count();
    const { type } = await openSignIn();
    expect((await type('anna@example.org', citizen('anna').password)).status).toBe(303);
    expect(idp.app.services.hashing.count()).toBe(before + 1);
  });
});

describe('BF-02 twenty wrong passwords at once', () => {
  it.each(['anna@example.org', 'nobody@example.org'])('at most ten are compared: %s', async (identifier) => {
    const { type } = await openSignIn();
    const before = idp.app.services.hashing.count();
    const { won } = await race(20, () => type(identifier, 'not the password'));
    expect(won.map(({ status }) => status)).toEqual(Array(20).fill(422));
    expect(idp.app.services.hashing.count() - before).toBe(10);
    expect(tally(won.map(isWaitTold).map(String))).toEqual({ true: 11, false: 9 });
  });

  it('at most ten for one person, whatever they are called', async () => {
    const anna = citizen('anna');
    const names = [String(anna.email), String(anna.phone), String(anna.snils)];
    const { type } = await openSignIn();
    const { won } = await race(24, (index) => type(names[index % 3] ?? '', 'not the password'));
    expect(won.every(({ status }) => status === 422)).toBe(true);
    const right = await type(String(anna.snils), anna.password);
    expect(right.status).toBe(422);
  });
});

describe('BF-02 twenty wrong passwords at once on two instances', () => {
  it('are counted together, and the right one among those that come too late does not get in', async () => {
    const shared = { uri: testDatabaseUri(), secrets: makeTestSecrets() };
    const first = await startCivicId(shared);
    const port = await freePort();
    const second = await startCivicId({ ...shared, issuer: first.issuer, port });
    try {
      const { type } = await openSignIn(first);
      const ports = [Number(first.issuer.port), port];
      const hashes = () => [first, second].map(({ app }) => app.services.hashing.count());
      const before = hashes();
      const { won } = await race(20, (index) => type('anna@example.org', 'not the password', ports[index % 2]));
      const made = hashes().map((count, index) => count - (before[index] ?? 0));
      expect(won.map(({ status }) => status)).toEqual(Array(20).fill(422));
      expect((made[0] ?? 0) + (made[1] ?? 0)).toBe(10);
      expect((await type('anna@example.org', citizen('anna').password, port)).status).toBe(422);
    } finally {
      await second.stop();
      await first.stop();
      await dropDatabase(shared.uri);
    }
  });
});
